import { unreachable } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import type { Hands } from './hands.ts';

/** A worker that was frozen on the way to its effect must not act any more: its run may have ended meanwhile. */
const ACT_WITHIN_MS = 10_000;

/**
 * Called right before the effect of an act that must not happen twice; `begunAtMs` is its entry.
 * @throws TrunklineError when it took longer than 10 s to come to here.
 */
export function requireFresh(
  hands: Pick<Hands, 'now'>,
  begunAtMs: number,
  { what, member }: { readonly what: string; readonly member: string },
): void {
  const tookMs = hands.now() - begunAtMs;
  if (tookMs <= ACT_WITHIN_MS) return;
  throw unreachable(
    `claiming ${what} on ${member} took ${formatDuration(tookMs)}, so it was not done any more`,
    'See why the host or the worker is so slow, then try again.',
  );
}
