import { z } from 'zod';
import { refusal, unreachable } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { formatDuration } from '../core/units.ts';
import { defineAct } from './act.ts';
import { leaderLog } from './leader-log.ts';

/**
 * A worker that was frozen while it claimed must not ask any more: after 30 s `primary-is` calls a switchover that left no trace given
 * up, and the run has ended.
 */
const ASK_WITHIN_MS = 10_000;

const Args = z.object({
  cluster: ClusterName,
  leader: MemberName,
  candidate: MemberName,
  /** Both are in the claim's name: Patroni compares only the leader's name, so after A -> B -> A it would switch again. */
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'switchover',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, leader, candidate, systemId, timeline }, hands, { claim, signal }) {
    const begunAtMs = hands.now();
    const id = `${claim}.${systemId}.t${timeline}`;
    if ((await hands.hosts.claim(cluster, leader, id, signal)) === 'taken')
      return { performed: false, says: `an earlier attempt has asked ${leader} already; it is not asked twice` };
    signal.throwIfAborted();
    requireFresh(leader, hands.now() - begunAtMs);
    const { meaning, text } = await hands.patroni.switchover(cluster, { leader, candidate }, signal);
    if (meaning === 'refused') {
      const lines = await leaderLog(hands, { cluster, member: leader, lines: 10 }, signal);
      throw refusal(
        `Patroni on ${leader} refused the switchover to ${candidate}: ${text}${quoted(leader, lines)}`,
        'Remove what it names, then ask for the switchover again; the old leader keeps leading.',
      );
    }
    const says =
      meaning !== 'unknown' ? `Patroni says: ${text}` : `Patroni cannot say yet how it went (${text}); the cluster will show it`;
    return { performed: true, says };
  },
  explain: ({ cluster, leader }, hands, sinceMs, signal) =>
    leaderLog(hands, { cluster, member: leader, lines: 10, sinceMs }, signal),
});

export const switchoverAct = act;

/** A planned change of the leader by Patroni's REST API, claimed once on the old leader's host. */
export const switchover = (args: z.input<typeof Args>): ActData<'never'> => build(args);

function requireFresh(leader: string, tookMs: number): void {
  if (tookMs <= ASK_WITHIN_MS) return;
  throw unreachable(
    `claiming the switchover on ${leader} took ${formatDuration(tookMs)}, so Patroni was not asked any more`,
    'See why the host or the worker is so slow, then ask for the switchover again.',
  );
}

function quoted(leader: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\nThe log of ${leader} says:\n${lines.join('\n')}`;
}
