import { systemClock } from '../../src/core/clock.ts';
import { TrunklineError } from '../../src/core/errors.ts';
import type { SshTarget } from '../../src/hosts/ssh-target.ts';
import { createSshPool, type SshPool } from '../../src/hosts/ssh-pool.ts';
import { type Exec, type SshServer, sshServer } from './ssh-server.ts';

const open: { close(): unknown }[] = [];
/** For afterEach: ends every pool and server of the test. */
export async function closePools(): Promise<void> {
  await Promise.all(open.splice(0).map((one) => one.close()));
}

/** A pool with one host pg1, an ssh server of the test; `change` spoils what the pool is told of it. */
export async function poolOn(
  exec?: Exec,
  change: (target: SshTarget) => SshTarget = (same) => same,
): Promise<{ ssh: SshPool; server: SshServer }> {
  const server = await sshServer(exec);
  const ssh = createSshPool({ hosts: [change(server.target('pg1'))], clock: systemClock });
  open.push(server, ssh);
  return { ssh, server };
}
/** The TrunklineError that a task rejects with. */
export const thrownBy = async (task: Promise<unknown>): Promise<TrunklineError> => {
  const thrown = await task.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (thrown instanceof TrunklineError) return thrown;
  throw new Error(`no TrunklineError but ${String(thrown)}`);
};
