#!/usr/bin/env node
/**
 * Installs the Debian packages that the lab, the demo and the lab tests need. Plain Node: it runs before `npm ci`.
 * `node lab/setup.mjs [--browser] [--list]`
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const PACKAGES = [
  'systemd-container',
  'mmdebstrap',
  'arch-test',
  'iproute2',
  'openssh-client',
  'openssh-server',
  'sudo',
  'postgresql',
  'redis-server',
  'etcd-server',
  'etcd-client',
  'fonts-noto-color-emoji',
];
const BROWSER_PACKAGES = ['chromium'];
const PEER_PACKAGES = ['prometheus', 'prometheus-alertmanager'];
const POLICY = '/usr/sbin/policy-rc.d';
const POLICY_KEPT = '/usr/sbin/policy-rc.d.before-trunkline';

/**
 * Lists the missing packages, then installs them without starting any service.
 * @param {{ browser?: boolean, peers?: boolean, log?: (line: string) => void }} [options] `browser` adds Chromium, for tests of the
 * page; `peers` what the bench of alerts measures beside ours.
 * @returns {string[]} the packages that were installed now
 * @throws {Error} with a sentence that says what to do, when this machine cannot be set up
 */
export function setup({ browser = false, peers = false, log = console.log } = {}) {
  const missing = missingPackages({ browser, peers });
  if (missing.length === 0) return [];
  log(`missing Debian packages: ${missing.join(' ')}`);
  requireDebianRoot(missing);
  const started = Date.now();
  withoutStartingServices(() => install(missing, log));
  // The tests start sshd by themselves, on loopback; this machine shall not begin to let people in at its next boot.
  if (missing.includes('openssh-server')) spawnSync('systemctl', ['disable', 'ssh.service']);
  const left = missingPackages({ browser, peers });
  if (left.length > 0) throw new Error(`apt-get ended well but these are still missing: ${left.join(' ')}`);
  log(`installed ${missing.length} packages in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return missing;
}

/**
 * @param {{ browser?: boolean, peers?: boolean }} [options]
 * @returns {string[]} names of the needed packages that dpkg does not have
 */
export function missingPackages({ browser = false, peers = false } = {}) {
  const wanted = [...PACKAGES, ...(browser ? BROWSER_PACKAGES : []), ...(peers ? PEER_PACKAGES : [])];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
  const found = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status} ${Package}\n', ...wanted], { encoding: 'utf8' });
  if (found.error) return wanted;
  const installed = new Set(
    found.stdout
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
  );
  return wanted.filter((name) => !installed.has(name));
}

function requireDebianRoot(missing) {
  const byHand = `Install by hand what is missing: ${missing.join(' ')}`;
  if (process.platform !== 'linux') throw new Error(`the lab needs Linux (this is ${process.platform}). Use a Debian machine.`);
  if (!/^(ID|ID_LIKE)=.*debian/m.test(readIfThere('/etc/os-release')))
    throw new Error(`the lab installs packages with Debian's apt-get, and this is not a Debian system. ${byHand}`);
  if (process.getuid?.() !== 0) throw new Error(`installing packages needs root. Run again with sudo. ${byHand}`);
}

function install(missing, log) {
  const command = ['install', '-y', '-q', '--no-install-recommends', ...missing];
  if (!existsSync('/var/lib/apt/lists') || aptGet([...command, '--simulate']).status !== 0) {
    log('apt-get update');
    mustSucceed(aptGet(['update', '-q']), 'apt-get update');
  }
  log(`apt-get ${command.join(' ')}`);
  mustSucceed(aptGet(command), 'apt-get install');
}

function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  return spawnSync('apt-get', args, { encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 });
}

function mustSucceed(result, what) {
  if (result.status === 0) return;
  const said = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim().split('\n').slice(-8).join('\n');
  throw new Error(`${what} failed (exit ${result.status ?? result.signal ?? result.error?.code}):\n${said}`);
}

/** invoke-rc.d(8): a policy-rc.d that exits 101 forbids the package scripts to start what they install. */
function withoutStartingServices(work) {
  const ours = '#!/bin/sh\n# put here by trunkline lab/setup.mjs for the time of one installation\nexit 101\n';
  if (existsSync(POLICY) && readIfThere(POLICY) !== ours) renameSync(POLICY, POLICY_KEPT);
  writeFileSync(POLICY, ours, { mode: 0o755 });
  // Ctrl-C ends apt-get, and must not end us before the file is gone.
  const wait = () => undefined;
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, wait);
  try {
    work();
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, wait);
    rmSync(POLICY, { force: true });
    if (existsSync(POLICY_KEPT)) renameSync(POLICY_KEPT, POLICY);
  }
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const browser = process.argv.includes('--browser');
  try {
    if (process.argv.includes('--list')) console.log(missingPackages({ browser }).join('\n') || 'nothing is missing');
    else if (setup({ browser }).length === 0) console.log('every Debian package is there');
  } catch (problem) {
    console.error(problem instanceof Error ? problem.message : problem);
    process.exit(1);
  }
}
