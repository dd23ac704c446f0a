import { unreachable } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import type { ActContext } from './act.ts';
import type { Hands } from './hands.ts';

/** A worker that was frozen while it claimed must not act any more: its run may have ended meanwhile. */
const ACT_WITHIN_MS = 10_000;

/**
 * Takes the claim of an act on the member's host; false when an earlier attempt has it. `id` ties the claim to what is acted on.
 * @throws TrunklineError when the claim took too long to act on it; the signal's reason when aborted.
 */
export async function claimedOnce(
  hands: Hands,
  { claim, signal }: ActContext,
  of: { readonly cluster: string; readonly member: string; readonly id: string; readonly what: string },
): Promise<boolean> {
  const begunAtMs = hands.now();
  if ((await hands.hosts.claim(of.cluster, of.member, `${claim}.${of.id}`, signal)) === 'taken') return false;
  signal.throwIfAborted();
  const tookMs = hands.now() - begunAtMs;
  if (tookMs <= ACT_WITHIN_MS) return true;
  throw unreachable(
    `claiming ${of.what} on ${of.member} took ${formatDuration(tookMs)}, so it was not done any more`,
    'See why the host or the worker is so slow, then ask again.',
  );
}
