import { refusal, unreachable } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import type { ActContext, Performed } from './act.ts';
import type { Hands } from './hands.ts';
import { leaderLog } from './leader-log.ts';
import type { MemberAnswer } from './member-hands.ts';

/** A worker that was frozen while it claimed must not ask any more: its run may have ended meanwhile. */
const ASK_WITHIN_MS = 10_000;

/**
 * Asks one member's Patroni for something that must not happen twice: claimed on the member's host first, under a name that holds the
 * system identifier and the timeline, so that a thawed worker asks nobody for anything.
 * @throws TrunklineError when Patroni refused, with its words, what they mean and its log; when the claim took too long.
 */
export async function askMember(
  hands: Hands,
  { claim, signal }: ActContext,
  ask: {
    readonly cluster: string;
    readonly member: string;
    readonly systemId: string;
    readonly timeline: number;
    /** `restart`. */
    readonly what: string;
    readonly send: () => Promise<MemberAnswer>;
  },
): Promise<Performed> {
  const { cluster, member, what } = ask;
  const begunAtMs = hands.now();
  const id = `${claim}.${ask.systemId}.t${ask.timeline}`;
  if ((await hands.hosts.claim(cluster, member, id, signal)) === 'taken')
    return { performed: false, says: `an earlier attempt has asked ${member} for the ${what} already; it is not asked twice` };
  signal.throwIfAborted();
  const tookMs = hands.now() - begunAtMs;
  if (tookMs > ASK_WITHIN_MS)
    throw unreachable(
      `claiming the ${what} on ${member} took ${formatDuration(tookMs)}, so Patroni was not asked any more`,
      `See why the host or the worker is so slow, then ask for the ${what} again.`,
    );
  const { meaning, text } = await ask.send();
  if (meaning === 'refused') {
    const lines = await leaderLog(hands, { cluster, member, lines: 10 }, signal);
    const quoted = lines.length === 0 ? '' : `\nThe log of ${member} says:\n${lines.join('\n')}`;
    throw refusal(`Patroni on ${member} refused the ${what}: ${text}${meant(text)}${quoted}`, hintFor(text, what));
  }
  const says =
    meaning === 'done'
      ? `Patroni on ${member} says: ${text}`
      : `Patroni on ${member} cannot say yet how it went (${text}); the cluster will show it`;
  return { performed: true, says };
}

/** Patroni's short refusals (patroni/ha.py, restart and reinitialize) in full sentences. */
function meant(text: string): string {
  const found = MEANINGS.find(([pattern]) => pattern.test(text));
  return found ? ` (${found[1]})` : '';
}

const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/conditions are not satisfied/i, 'its role is another one by now, or no restart is pending any more'],
  [/already in progress/i, 'Patroni works on that member already and does one thing at a time'],
  [/has no leader/i, 'nobody holds the leader key, so there is nothing to copy from'],
  [/i am the leader/i, 'it leads by now, and a leader is never discarded'],
];

function hintFor(text: string, what: string): string {
  return /already in progress/i.test(text)
    ? `Wait until Patroni is done there, then ask for the ${what} again.`
    : `Look at the status, then ask for the ${what} again where it still makes sense.`;
}
