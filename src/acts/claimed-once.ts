import type { ActContext } from './act.ts';
import { requireFresh } from './fresh.ts';
import type { Hands } from './hands.ts';

/**
 * Takes the claim of an act on the member's host; false when an earlier attempt has it. `id` ties the claim to what is acted on.
 * @throws TrunklineError when the claim took too long to act on it; the signal's reason when aborted.
 */
export async function claimedOnce(
  hands: Hands,
  { claim, signal }: ActContext,
  of: { readonly cluster: string; readonly member: string; readonly id?: string; readonly what: string },
): Promise<boolean> {
  const begunAtMs = hands.now();
  const id = of.id === undefined ? claim : `${claim}.${of.id}`;
  if ((await hands.hosts.claim(of.cluster, of.member, id, signal)) === 'taken') return false;
  signal.throwIfAborted();
  requireFresh(hands, begunAtMs, of);
  return true;
}
