import { refusal, unreachable } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import type { ActContext, Performed } from './act.ts';
import type { Hands, RestAnswer } from './hands.ts';

/** A worker that was frozen while it claimed must not ask any more: somebody may have changed the same since. */
const ASK_WITHIN_MS = 10_000;

export interface OnceByRest {
  readonly cluster: string;
  /** The member whose REST API is asked and whose host keeps the claim. */
  readonly via: string;
  /** What is asked for: `the pause of billing`. */
  readonly what: string;
  readonly send: (signal: AbortSignal) => Promise<RestAnswer>;
}

/**
 * One change through Patroni's REST API, claimed once on the host of the member that is asked: a worker that thaws later would undo what
 * people did since.
 * @throws Refusal when Patroni refused it; Unreachable when the claim took too long.
 */
export async function onceByRest(
  hands: Hands,
  { cluster, via, what, send }: OnceByRest,
  context: ActContext,
): Promise<Performed> {
  const begunAtMs = hands.now();
  if ((await hands.hosts.claim(cluster, via, context.claim, context.signal)) === 'taken')
    return { performed: false, says: `an earlier attempt has asked ${via} for ${what} already; it is not asked twice` };
  context.signal.throwIfAborted();
  const tookMs = hands.now() - begunAtMs;
  if (tookMs > ASK_WITHIN_MS)
    throw unreachable(
      `claiming ${what} on ${via} took ${formatDuration(tookMs)}, so Patroni was not asked any more`,
      'See why the host or the worker is so slow, then ask again.',
    );
  const { meaning, text } = await send(context.signal);
  if (meaning === 'refused')
    throw refusal(`Patroni on ${via} refused ${what}: ${text}`, 'Remove what it names, then ask again; nothing was changed.');
  const says = meaning === 'done' ? `Patroni on ${via} took ${what}` : `Patroni cannot say yet what became of ${what} (${text})`;
  return { performed: true, says };
}
