import { z } from 'zod';
import { refusal, unreachable } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { formatDuration } from '../core/units.ts';
import { defineAct } from './act.ts';
import { leaderLog } from './leader-log.ts';

/** A worker that was frozen while it claimed must not ask any more: the death of the leader was looked at before that. */
const ASK_WITHIN_MS = 10_000;

const Args = z.object({
  cluster: ClusterName,
  candidate: MemberName,
  /** Both are in the claim's name, so that a worker that was frozen can not fail over a later cluster. */
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'failover',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, candidate, systemId, timeline }, hands, { claim, signal }) {
    const begunAtMs = hands.now();
    const id = `${claim}.${systemId}.t${timeline}`;
    if ((await hands.hosts.claim(cluster, candidate, id, signal)) === 'taken')
      return { performed: false, says: `an earlier attempt has asked Patroni on ${candidate} already; it is not asked twice` };
    signal.throwIfAborted();
    const tookMs = hands.now() - begunAtMs;
    if (tookMs > ASK_WITHIN_MS)
      throw unreachable(
        `claiming the failover on ${candidate} took ${formatDuration(tookMs)}, so Patroni was not asked any more`,
        'See why the host or the worker is so slow, then ask for the failover again.',
      );
    const { meaning, text } = await hands.patroni.failover(cluster, { candidate }, signal);
    if (meaning === 'refused') {
      const lines = await leaderLog(hands, { cluster, member: candidate, lines: 10 }, signal);
      const log = lines.length === 0 ? '' : `\nThe log of ${candidate} says:\n${lines.join('\n')}`;
      throw refusal(
        `Patroni on ${candidate} refused to fail over to it: ${text}${log}`,
        'Remove what it names, then ask for the failover again; nobody was promoted.',
      );
    }
    const says =
      meaning === 'unknown' ? `Patroni cannot say yet how it went (${text}); the cluster will show it` : `Patroni says: ${text}`;
    return { performed: true, says };
  },
  explain: ({ cluster, candidate }, hands, sinceMs, signal) =>
    leaderLog(hands, { cluster, member: candidate, lines: 10, sinceMs }, signal),
});

export const failoverAct = act;

/** A promotion without the old leader by Patroni's REST API, asked of the candidate and claimed once on its host. */
export const failover = (args: z.input<typeof Args>): ActData<'never'> => build(args);
