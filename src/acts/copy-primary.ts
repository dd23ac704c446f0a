import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { COPY_SUFFIX } from '../core/standby.ts';
import { formatBytes } from '../core/units.ts';
import { defineAct } from './act.ts';
import { discardCopy } from './discard-copy.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  from: z.object({ member: MemberName, host: z.string(), port: z.number().int().positive() }),
  role: z.string(),
  slot: z.string(),
  maxRateKibPerSecond: z.number().int().min(32).max(1_048_576),
  /** It is ended after so long. */
  withinMs: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'copy-primary',
  args: Args,
  repeat: 'never',
  interrupts: false,
  async perform({ cluster, member, from, role, slot, maxRateKibPerSecond, withinMs }, hands, { claim, signal }) {
    const source = { host: from.host, port: from.port, user: role };
    const how = { slot, maxRateKibPerSecond, suffix: COPY_SUFFIX, login: 'kept' } as const;
    const command = { name: 'base backup', from: source, ...how } as const;
    const came = await hands.hosts.unit.start(cluster, member, { claim, withinMs, command }, signal);
    if (came === 'taken')
      return { performed: false, says: `pg_basebackup was started on ${member} already; it is not started twice` };
    const limit = maxRateKibPerSecond < 1_048_576 ? `, at most ${formatBytes(maxRateKibPerSecond * 1024)}/s` : '';
    return { performed: true, says: `pg_basebackup copies ${from.member} to ${member}${limit}` };
  },
  debt: ({ cluster, member }) => ({
    id: `copy on ${member} of ${cluster}`,
    says: `an unfinished copy lies on ${member} beside its data directory and takes its disk space`,
    release: discardCopy({ cluster, member }),
    gone: { state: 'copy-gone', args: { cluster, member } },
  }),
  async end({ cluster, member }, hands, { claim, signal }) {
    const { state } = await hands.hosts.unit.kill(cluster, member, claim, signal);
    if (state === 'running') return { gone: false, says: `pg_basebackup still runs on ${member}` };
    await hands.hosts.run(cluster, member, { name: 'discard the copy' }, signal);
    return { gone: true, says: `pg_basebackup on ${member} has ended and its half copy is deleted` };
  },
});

export const copyPrimaryAct = act;

/** pg_basebackup as long work on the standby's host, beside its data directory; a debt until it is moved into place. */
export const copyPrimary = (args: z.input<typeof Args>): ActData<'never'> => build(args);
