#!/usr/bin/env node
/** `npm run demo [-- --tour] [--debian 12|13] [--port 8080]`: installs what is missing, then runs lab/demo.ts. Plain Node: before `npm ci`. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { installModules } from './install-modules.mjs';
import { setup } from './setup.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
try {
  if (process.platform !== 'linux') throw new Error(`the demo boots real hosts and needs Linux (this is ${process.platform})`);
  if (process.getuid?.() !== 0) throw new Error('the demo makes namespaces and mounts and needs root; run it again with sudo');
  setup();
  installModules();
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
const child = spawn(process.execPath, ['--import', 'tsx', 'lab/demo.ts', ...process.argv.slice(2)], { stdio: 'inherit' });
// The terminal sends Ctrl-C to both; this one waits until the other has cleaned up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
