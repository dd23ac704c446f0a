import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroupsOf, initOf, killAll, makeCgroups, processesOf } from './cgroups.ts';
import { type Host, type HostName, hostNamespace } from './inventory.ts';
import type { HostPaths } from './paths.ts';
import { type CommandResult, type RunOptions, runCommand } from './run-command.ts';
import { waitFor } from './wait-for.ts';

const CAPABILITIES = 'CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_NICE,CAP_IPC_LOCK';

/** Starts systemd as PID 1 on a host's mounted root and plugged network. Returns at once; it goes on when we end. */
export async function powerOn(host: Host, paths: HostPaths): Promise<void> {
  if (initOf(host.name) !== undefined) return;
  await killAll(host.name);
  await makeCgroups(host.name);
  await mkdir(paths.folder, { recursive: true });
  const nspawn = [
    ...['systemd-nspawn', '--quiet', `--directory=${paths.root}`, `--machine=${host.name}`, `--hostname=${host.name}`, '--boot'],
    ...['--register=no', '--keep-unit', `--network-namespace-path=/run/netns/${hostNamespace(host.name)}`],
    ...[`--capability=${CAPABILITIES}`, '--link-journal=no', '--resolv-conf=off', '--timezone=off'],
    ...['--console=pipe', '--notify-ready=no'],
  ];
  const log = openSync(paths.console, 'a', 0o600);
  // systemd-nspawn makes the host's groups below the one that it is in itself.
  const enter = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1/cgroup.procs"; shift; n=$((n-1)); done; exec "$@"';
  const groups = cgroupsOf(host.name);
  const child = spawn('/bin/sh', ['-c', enter, 'sh', String(groups.length), ...groups, ...nspawn], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  closeSync(log);
  child.unref();
  await Promise.race([waitForInit(host.name, paths), failed]);
}

async function waitForInit(name: HostName, paths: HostPaths): Promise<void> {
  const missing = () => (initOf(name) === undefined ? [`PID 1 (the console is in ${paths.console})`] : []);
  await waitFor(`power on ${name}`, missing, { timeoutMs: 20_000, everyMs: 50 });
}

/** Waits until a host's sshd listens, without logging in. */
export async function waitForSsh(name: HostName, timeoutMs = 60_000): Promise<void> {
  await waitFor(`boot ${name}`, () => (listens(name, 22) ? [] : [`sshd of ${name} on port 22`]), { timeoutMs, everyMs: 100 });
}

/** Shuts a host down cleanly, as `systemctl poweroff` does; kills it after `timeoutMs`. */
export async function shutDown(name: HostName, timeoutMs = 60_000): Promise<void> {
  const init = initOf(name);
  if (init === undefined) return;
  process.kill(init, SIGRTMIN_PLUS_3);
  const gone = () => (processesOf(name).length === 0 ? [] : [`${name} ends`]);
  await waitFor(`shut down ${name}`, gone, { timeoutMs, everyMs: 50 });
  await killAll(name);
}

/** systemd(1): SIGRTMIN+3 means halt.target to PID 1; SIGRTMIN is 34 with glibc. */
const SIGRTMIN_PLUS_3 = 37;

/** Runs a command on a host as its root, by its console: works on a host whose cable is out. */
export function onConsole(name: HostName, argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  const init = initOf(name);
  if (init === undefined) return Promise.reject(new Error(`${name} is off`));
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', HOME: '/root' };
  return runCommand(['nsenter', '-t', String(init), '-a', '--', ...argv], { env, ...options });
}

/** Whether something listens on a TCP port of a host: proc(5), state 0A in its namespace's tables. */
function listens(name: HostName, port: number): boolean {
  const init = initOf(name);
  if (init === undefined) return false;
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['tcp', 'tcp6'].some((table) =>
    readFileSync(join('/proc', String(init), 'net', table), 'utf8')
      .split('\n')
      .some((line) => {
        const [, local = '', , state] = line.trim().split(/\s+/);
        return state === '0A' && local.endsWith(suffix);
      }),
  );
}
