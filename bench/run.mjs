#!/usr/bin/env node
/**
 * `npm run bench -- NAME [--json] [--debian 12|13]`: measures ours and a peer side by side in one run. Without a name it says which there
 * are. Those that need hosts boot the lab first and take it down after.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { installModules } from '../lab/install-modules.mjs';
import { setup } from '../lab/setup.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const HELPERS = ['main', 'promotion', 'stats', 'writer'];
const names = readdirSync('bench')
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace('.ts', ''))
  .filter((name) => !HELPERS.includes(name) && !name.includes('-'));
const [name = '', ...options] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`bench: say one of ${names.join(', ')}`);
  process.exit(64);
}
setup({ peers: name === 'alert' });
installModules();
const debian = options.includes('--debian') ? options[options.indexOf('--debian') + 1] : '12';
const run = (words) =>
  spawnSync(words[0], words.slice(1), { stdio: 'inherit', env: { ...process.env, TRUNKLINE_LAB_DEBIAN: debian } }).status ?? 1;
const bench = [process.execPath, '--import', 'tsx', 'bench/main.ts', name, ...options];
if (name === 'alert') {
  // What it costs is that of what is shipped, not of the sources.
  if (run([process.execPath, 'build.mjs']) !== 0) process.exit(1);
  process.env.TRUNKLINE_PROGRAM = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
  process.exit(run(bench));
}

const lab = (...words) => run([process.execPath, 'lab/lab.mjs', ...words]);
// A leader that is parted is followed by a failover, which the shorter lease makes quick.
const timings = name === 'rebuild' ? 'test' : 'demo';
let status = lab('up', '--ha', '--debian', debian, '--timings', timings);
if (status === 0) status = run(['nsenter', '--net=/run/netns/trunkline', '--', ...bench]);
lab('down');
process.exit(status);
