import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  source: MemberName,
  restoreWal: z.boolean(),
  /**
   * Names the unit: made of system identifier, timeline and point of divergence, so that no run, however late, rewinds a member from the
   * same branch twice; a second rewind over half of a first one is not safe.
   */
  claim: z.string().regex(/^rewind-[A-Za-z0-9.-]{1,80}$/),
  withinMs: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'rewind',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, member, source, restoreWal, claim, withinMs }, hands, { signal }) {
    await hands.hosts.run(cluster, member, { name: 'mark rewind', claim }, signal);
    signal.throwIfAborted();
    const command = { name: 'rewind', source, how: 'progress', restoreWal } as const;
    if ((await hands.hosts.unit.start(cluster, member, { claim, withinMs, command }, signal)) === 'taken')
      return { performed: false, says: `the rewind of ${member} was begun before; it is not begun twice` };
    return { performed: true, says: `pg_rewind runs on ${member} as the unit trunkline-${claim}` };
  },
  async end({ cluster, member, claim }, hands, { signal }) {
    const status = await hands.hosts.unit.kill(cluster, member, claim, signal);
    if (status.state === 'ended' && status.exitCode === 0)
      return { gone: true, says: `the rewind of ${member} had ended well already` };
    return {
      gone: true,
      says: `the rewind of ${member} was ended, and its data directory is half rewound: \`/pg rebuild ${cluster} ${member}\` makes a new copy`,
    };
  },
  async explain({ cluster, member, claim }, hands, _sinceMs, signal) {
    const { lines } = await hands.hosts.unit.log(cluster, member, { claim }, signal);
    return lines.filter((line) => !/\d+\/\d+ kB/.test(line)).slice(-10);
  },
});

export const rewindAct = act;

/** pg_rewind of a stopped member as a unit on its host, begun once for this point of divergence. */
export const rewind = (args: z.input<typeof Args>): ActData<'never'> => build(args);
