#!/usr/bin/env node
/** `npm run lab -- COMMAND`: checks that this machine can hold a lab, then runs lab/cli.ts. Plain Node. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { missingPackages } from './setup.mjs';

const problem = whyNot();
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
const cli = fileURLToPath(new URL('./cli.ts', import.meta.url));
const ran = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), cli, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(ran.status ?? 128);

function whyNot() {
  if (process.platform !== 'linux') return `The lab boots real hosts and needs Linux (this is ${process.platform}).`;
  if (process.getuid?.() !== 0) return 'The lab makes namespaces and mounts and needs root. Run it again with sudo.';
  const missing = missingPackages();
  if (!existsSync(new URL('../node_modules/tsx', import.meta.url))) return 'npm packages are missing. Run `npm ci` first.';
  if (missing.length > 0) return `Debian packages are missing: ${missing.join(' ')}. Run \`node lab/setup.mjs\` first.`;
  return undefined;
}
