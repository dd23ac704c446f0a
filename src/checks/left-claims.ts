import { z } from 'zod';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { ClaimSight } from '../core/claim-sight.ts';
import { failoverClaim, PROMOTING } from '../core/promotion-claim.ts';
import type { Reading } from '../core/reading.ts';
import type { View } from '../core/view.ts';

const ID = 'left-claims';
const hard = { hard: true };

/** The primary whose end they are about: its system and the timeline that it leads, or led. */
export interface Life {
  readonly systemId: string;
  readonly timeline: number;
}

/** By member: the claim by which a failover promotes it without that primary. */
export const LeftClaims = z.record(
  z.string(),
  z.custom<Reading<ClaimSight>>((value) => typeof value === 'object' && value !== null),
);
export type LeftClaims = z.output<typeof LeftClaims>;

/** Looks for the claims that a failover has left on the hosts of these members; each host is bounded. */
export async function lookForClaims(
  { cluster, life, members }: { readonly cluster: string; readonly life: Life; readonly members: readonly string[] },
  view: Pick<View, 'claim'>,
): Promise<LeftClaims> {
  const id = failoverClaim(life);
  return Object.fromEntries(await Promise.all(members.map(async (name) => [name, await view.claim(cluster, name, id)] as const)));
}

/** Whether the old primary could be started again if a switchover went wrong: not while a failover may promote somebody without it. */
export function noFailoverLeft(
  claims: LeftClaims,
  { cluster, leader, life }: { readonly cluster: string; readonly leader: string; readonly life: Life },
): Check {
  const [taken] = takenIn(claims);
  if (taken)
    return blocked(
      ID,
      `a failover that did not come to its end has claimed the promotion of ${taken.name} without ${leader}: if this went wrong, ${leader} could not be started again`,
      `See that no failover of ${cluster} goes on, ${forget(taken.name, life)}, then ask again.`,
      hard,
    );
  return unreadOr(claims, `no failover has claimed to promote anybody without ${leader}`);
}

/** Whether an earlier failover without this primary stands in the way of one that promotes `target`, or is gone on with. */
export function earlierFailover(
  claims: LeftClaims,
  { leader, target, life }: { readonly leader: string; readonly target: string; readonly life: Life },
): Check {
  const taken = takenIn(claims);
  const other = taken.find(({ name }) => name !== target);
  if (other)
    return blocked(
      ID,
      `an earlier failover has claimed the promotion of ${other.name} without ${leader}: both could be promoted`,
      `Promote ${other.name}; or see that nobody does, ${forget(other.name, life)}, then ask again.`,
      hard,
    );
  const [own] = taken;
  if (!own) return unreadOr(claims, `no earlier failover has claimed to promote anybody without ${leader}`);
  if (own.result === PROMOTING || own.result === '')
    return warned(
      ID,
      `an earlier failover has claimed the promotion of ${target} without ${leader} and did not come to its end; this one goes on with that claim`,
      'See in `/pg runs` what became of it.',
    );
  return blocked(
    ID,
    `the promotion of ${target} without ${leader} was claimed before, with the words '${own.result.slice(0, 80)}': it would not be promoted`,
    `See that no other failover goes on, ${forget(target, life)}, then ask again.`,
    hard,
  );
}

function takenIn(claims: LeftClaims): readonly { readonly name: string; readonly result: string }[] {
  return Object.entries(claims).flatMap(([name, claim]) =>
    claim.ok && claim.value.taken ? [{ name, result: claim.value.result?.trim() ?? '' }] : [],
  );
}

function unreadOr(claims: LeftClaims, says: string): Check {
  const unread = Object.entries(claims).flatMap(([name, claim]) => (claim.ok ? [] : [`${name} (${claim.why})`]));
  return unread.length === 0
    ? passed(ID, says)
    : warned(ID, `${says}, as far as could be read: not on ${unread.join(' and ')}`, 'See to ssh there if there is time.');
}

const forget = (name: string, life: Life): string =>
  `delete the folder /var/lib/trunkline/claims/${failoverClaim(life)} on ${name}`;
