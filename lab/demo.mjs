#!/usr/bin/env node
/** `npm run demo [-- --tour] [--debian 12|13] [--port 8080]`: installs what is missing, then runs lab/demo.ts. Plain Node: before `npm ci`. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installModules } from './install-modules.mjs';
import { setup } from './setup.mjs';

const USAGE = `npm run demo [-- OPTIONS]

  --tour          plays the story without a person; ends with 0 only if each thing really happened
  --debian 12|13  the generation of the hosts (12)
  --port PORT     of the page on 127.0.0.1 (8080)`;

const { tour, debian, port } = options();
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
try {
  if (process.platform !== 'linux') throw new Error(`the demo boots real hosts and needs Linux (this is ${process.platform})`);
  if (process.getuid?.() !== 0) throw new Error('the demo makes namespaces and mounts and needs root; run it again with sudo');
  installModules();
  setup();
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
const words = [debian, port, ...(tour ? ['--tour'] : [])];
const child = spawn(process.execPath, ['--import', 'tsx', 'lab/demo.ts', ...words], { stdio: 'inherit' });
// The terminal sends Ctrl-C to both; this one waits until the other has cleaned up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));

function options() {
  try {
    const { values } = parseArgs({
      options: {
        tour: { type: 'boolean', default: false },
        debian: { type: 'string', default: '12' },
        port: { type: 'string', default: '8080' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return end(USAGE, 0);
    if (!['12', '13'].includes(values.debian)) throw new Error(`--debian is 12 or 13, not ${values.debian}`);
    if (!/^[1-9]\d{0,4}$/.test(values.port) || Number(values.port) > 65_535) throw new Error(`--port ${values.port} is no port`);
    return values;
  } catch (error) {
    return end(`demo: ${error instanceof Error ? error.message : error}\n\n${USAGE}`, 64);
  }
}

/** @returns {never} */
function end(text, code) {
  (code === 0 ? console.log : console.error)(text);
  process.exit(code);
}
