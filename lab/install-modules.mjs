/** `npm ci` when the installed modules are missing or older than the lock file. Plain Node. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import process from 'node:process';

/** @throws {Error} when Node is too old, or npm fails; npm has said why. */
export function installModules(log = console.log) {
  requireNode();
  const installed = 'node_modules/.package-lock.json';
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs - 1000) return;
  log('installing npm packages (npm ci)');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('npm ci failed; its own lines above say why');
}

/** npm only warns of an old Node, and what fails then does not say why. */
function requireNode() {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [major, minor] = engines.node.replace('>=', '').split('.').map(Number);
  const [ours, oursMinor] = process.versions.node.split('.').map(Number);
  if (ours > major || (ours === major && oursMinor >= minor)) return;
  throw new Error(
    `Trunkline needs Node ${engines.node}, and this is ${process.versions.node}. Install a newer one from nodejs.org.`,
  );
}
