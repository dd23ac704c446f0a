import { z } from 'zod';
import { isRestore } from '../core/data-directory.ts';
import { refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import type { Hands } from './hands.ts';
import { debtOfStopped } from './stop-server.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, service: z.enum(['patroni', 'postgres']) });

const { act, build } = defineAct({
  name: 'start-server',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member, service }, hands, { signal }) {
    await requireWhole(cluster, member, hands, signal);
    // A rewind has masked it, so that no boot starts it half way; a failover of a plain cluster, so that it is no second primary.
    await hands.hosts.run(cluster, member, { name: 'service', service, verb: 'unmask' }, signal);
    await hands.hosts.run(cluster, member, { name: 'service', service, verb: 'start' }, signal);
    return { performed: true, says: `systemd on ${member} has started ${service}` };
  },
  pays: ({ cluster, member, service }) => [debtOfStopped(cluster, member, service)],
});

export const startServerAct = act;

/** Starts a member's server, unless its data directory is half rewound or half restored. */
export const startServer = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);

/**
 * pg_rewind(1): a target at which it failed half way must not be started any more. A mark whose unit is not known any more (results are
 * deleted after 30 days) proves no good end.
 */
async function requireWhole(cluster: string, member: string, hands: Hands, signal: AbortSignal): Promise<void> {
  const { stdout } = await hands.hosts.run(cluster, member, { name: 'read rewind mark' }, signal);
  const claim = stdout.trim();
  if (claim === '') return;
  const status = await hands.hosts.unit.status(cluster, member, claim, signal);
  const restored = isRestore(claim);
  const done = restored ? 'restored' : 'rewound';
  // What a restore wrote must still be recovered, so a good end of it is none of the whole.
  if (!restored && status.state === 'ended' && status.exitCode === 0) return;
  throw refusal(
    status.state === 'running'
      ? `${member} is being ${done} right now, so its server is not started`
      : `the data directory of ${member} is half ${done}, so its server is not started: ${restored ? 'it would be no whole copy' : 'it would run on a mixture of two branches'}`,
    `Ask for \`/pg rebuild ${cluster} ${member}\`: it ${restored ? 'restores it again, or makes a new copy' : 'makes a new copy'}.`,
  );
}
