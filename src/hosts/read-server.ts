import { unreachable } from '../core/errors.ts';
import type { Server } from '../core/server.ts';
import type { HostLayout } from './host-layout.ts';
import { parseControlData } from './parse-control-data.ts';
import { parseService } from './parse-service.ts';
import { controlData, serverStatus, showService } from './server-commands.ts';
import type { SshPool } from './ssh-pool.ts';
import { parseIdentified } from './parse-identified.ts';
import { hasStandbySignal, isDataWritable, replaysHere } from './streaming-commands.ts';

const PROCESS: Readonly<Record<number, Server['process']>> = { 0: 'running', 3: 'stopped', 4: 'no data directory' };

/**
 * What a host says of its PostgreSQL, all asked at once.
 * @throws TrunklineError when the host does not answer; ZodError when it says something else than these programs do.
 */
export async function readServer(ssh: SshPool, host: string, layout: HostLayout, timeoutMs: number): Promise<Server> {
  const how = { timeoutMs, mayRepeat: true };
  const [patroni, postgres, status, control, signal, writable] = await Promise.all([
    ssh.mustRun(host, showService(layout, 'patroni'), how),
    ssh.mustRun(host, showService(layout, 'postgres'), how),
    ssh.run(host, serverStatus(layout), how),
    ssh.run(host, controlData(layout), how),
    ssh.run(host, hasStandbySignal(layout), how),
    ssh.run(host, isDataWritable(layout), how),
  ]);
  const process = status.code === undefined ? undefined : PROCESS[status.code];
  if (!process)
    throw unreachable(
      `pg_ctl status failed on ${host}: ${(status.stderr || status.stdout).trim().slice(0, 200) || `exit ${status.code}`}`,
      'See whether binDirectory and dataDirectory of the member are right, and whether sudo grants what `trunkline sudoers` prints.',
    );
  const isPlainStandby = process === 'running' && signal.code === 0 && parseService(postgres.stdout).active === 'active';
  const replays = isPlainStandby ? await ssh.run(host, replaysHere(layout), how) : undefined;
  return {
    patroni: parseService(patroni.stdout),
    postgres: parseService(postgres.stdout),
    process,
    ...(replays?.code === 0 ? { replays: parseIdentified(replays.stdout) } : {}),
    ...(signal.code === 0 || signal.code === 1 ? { standbySignal: signal.code === 0 && signal.stderr === '' } : {}),
    ...(saysYesOrNo(writable) ? { isDataWritable: writable.code === 0 } : {}),
    ...(control.code === 0 ? { control: parseControlData(control.stdout) } : {}),
  };
}

/** test(1); a refusal of sudo exits 1 as well, but says so. */
function saysYesOrNo({ code, stderr }: { readonly code: number | undefined; readonly stderr: string }): boolean {
  return (code === 0 || code === 1) && stderr === '';
}
