#!/usr/bin/env node
/**
 * `npm test`: installs what is missing, then types, lint, unit, store and lab tests on both generations of hosts.
 * `npm run prove` (`--prove`): the long proofs, and only those. Plain Node: it may run before `npm ci`.
 * Options: `--debian 12` or `--debian 13` runs the lab tests on that generation alone; words name test files (vitest's filter).
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { installModules } from '../lab/install-modules.mjs';
import { missingPackages, setup } from '../lab/setup.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const args = process.argv.slice(2);
const prove = take('--prove');
const only = take('--debian', true);
const generations = only ? [only] : ['12', '13'];
const reports = mkdtempSync(join(tmpdir(), 'trunkline-test-'));
const totals = { passed: 0, failed: 0, stages: [], failures: [] };
/** Characters of one failure's words. */
const MOST_WORDS = 1500;
const tsx = ['--import', 'tsx'];

installModules();
const noLab = whyNoLab();
if (!noLab) setup();
const images = noLab ? undefined : inBackground([process.execPath, ...tsx, 'lab/images.ts', ...generations]);

if (!prove) {
  stage('types', ['node_modules/.bin/tsc', '--noEmit']);
  stage('lint', ['node_modules/.bin/biome', 'ci', '--error-on-warnings']);
  vitest('unit', 'unit', { workers: 2 });
}
if (noLab) skipLoudly(noLab);
else await withHosts();
finish();

async function withHosts() {
  buildProgram();
  // They wait more than they work, so more of them than cores run side by side.
  if (prove) vitest('prove, without hosts', 'prove-once', { workers: 2 });
  else {
    vitest('store (real Redis, etcd and PostgreSQL)', 'store', { workers: 6 });
    vitest('store, one at a time', 'alone');
  }
  if ((await images) !== 0) fail('images of the hosts');
  for (const debian of generations) {
    // Where one generation alone was asked for, all of them run on it.
    const env = { TRUNKLINE_LAB_DEBIAN: debian, ...(only ? { TRUNKLINE_LAB_ALL: '1' } : {}) };
    if (!stage(`hosts up, Debian ${debian}`, lab('up', '--ha', '--debian', debian, '--timings', 'test'))) continue;
    const project = prove ? 'prove' : 'lab';
    vitest(`${project}, Debian ${debian}`, project, { env, inside: true });
    stage(`hosts down, Debian ${debian}`, lab('down'));
  }
}

/** The tests that start the program start what is shipped. */
function buildProgram() {
  if (stage('build', [process.execPath, 'build.mjs'])) process.env.TRUNKLINE_PROGRAM = join(process.cwd(), 'dist/src/main.js');
}

function lab(...words) {
  return [process.execPath, 'lab/lab.mjs', ...words];
}

/** Runs one project of vitest and counts its tests. */
function vitest(title, project, { env = {}, inside = false, workers } = {}) {
  const report = join(reports, `${totals.stages.length}.json`);
  const run = [
    'node_modules/.bin/vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(workers ? [`--maxWorkers=${workers}`] : []),
    ...args,
  ];
  stage(title, inside ? ['nsenter', '--net=/run/netns/trunkline', '--', process.execPath, ...run] : run, env);
  if (!existsSync(report)) return;
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  totals.passed += numPassedTests;
  totals.failed += numFailedTests;
  totals.failures.push(...testResults.flatMap((file) => failuresOf(title, file)));
}

/** Each failure with its words once more at the very end, where the tail of a log still holds them. */
function failuresOf(title, { name, message, assertionResults }) {
  const where = `${title}, ${relative('.', name)}`;
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return message ? [`${where}\n${message.slice(0, MOST_WORDS)}`] : [];
  return failed.map(
    ({ fullName, failureMessages }) => `${where}\n${fullName}\n${failureMessages.join('\n').slice(0, MOST_WORDS)}`,
  );
}

function stage(title, [command, ...rest], env = {}) {
  console.log(`\n=== ${title}`);
  const started = Date.now();
  const { status } = spawnSync(command, rest, { stdio: 'inherit', env: { ...process.env, ...env } });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  totals.stages.push({ title, ok: status === 0, seconds });
  return status === 0;
}

function inBackground([command, ...rest]) {
  const child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => child.once('exit', resolve));
}

function fail(title) {
  totals.stages.push({ title, ok: false, seconds: '0' });
}

function whyNoLab() {
  if (process.platform !== 'linux') return `real hosts need Linux (this is ${process.platform})`;
  if (process.getuid?.() !== 0) return 'real hosts need root';
  if (spawnSync('apt-get', ['--version']).error && missingPackages().length > 0)
    return 'the packages of the lab are installed with apt-get';
  return undefined;
}

function skipLoudly(why) {
  const line = '!'.repeat(78);
  console.error(
    `\n${line}\nTHE STORE AND LAB TESTS DID NOT RUN: ${why}.\nMost of what Trunkline promises is proven only there.\n${line}`,
  );
  if (process.env.CI === 'true') fail('store and lab tests did not run, and with CI=true they must');
}

function finish() {
  rmSync(reports, { recursive: true, force: true });
  console.log('');
  for (const { title, ok, seconds } of totals.stages) console.log(`${ok ? 'ok    ' : 'FAILED'} ${title} (${seconds} s)`);
  for (const failure of totals.failures) console.log(`\nFAILED in ${failure}`);
  const broken = totals.stages.filter(({ ok }) => !ok).length;
  const failed = Math.max(totals.failed, broken);
  console.log(`\n${totals.passed} passed, ${failed} failed`);
  process.exit(failed > 0 || totals.passed === 0 ? 1 : 0);
}

function take(flag, hasValue = false) {
  const at = args.indexOf(flag);
  if (at < 0) return undefined;
  const [, value] = args.splice(at, hasValue ? 2 : 1);
  return hasValue ? value : true;
}
