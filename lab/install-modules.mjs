/** `npm ci` when the installed modules are missing or older than the lock file. Plain Node. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

/** @throws {Error} when npm fails; npm has said why. */
export function installModules(log = console.log) {
  const installed = 'node_modules/.package-lock.json';
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs - 1000) return;
  log('installing npm packages (npm ci)');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('npm ci failed; its own lines above say why');
}
