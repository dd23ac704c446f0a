import { z } from 'zod';
import { type LeaderEvidence, lifeSigns } from '../core/life-signs.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'leader-is-dead',
  args: z.object({ cluster: ClusterName, leader: MemberName }),
  says: ({ leader }) => `${leader} shows no sign of life, from here and from the other hosts, and nobody else leads`,
  async judge({ cluster, leader }, view) {
    const [{ dcs, members }, sightings] = await Promise.all([view.snapshot(cluster), view.sightings(cluster, leader)]);
    const patroni = view.cluster(cluster).mode === 'patroni';
    return judgeDeath({ leader, members, sightings, ...(patroni ? { dcs } : {}) });
  },
});

export const leaderIsDeadState = state;

/**
 * The lost leader answers nobody, nobody holds the leader key or is out of recovery, no replica receives WAL from it, and at least one
 * other host has looked.
 */
export const leaderIsDead = (cluster: string, leader: string): StateData => build({ cluster, leader });

/** Pure part. */
export function judgeDeath(evidence: LeaderEvidence): Verdict {
  const { leader, dcs } = evidence;
  if (dcs && !dcs.ok) return notYet(`the DCS cannot be read: ${dcs.why}`);
  const { alive, receivers, witnesses, unknown } = lifeSigns(evidence);
  if (alive.length > 0) return notYet(`${leader} lives, or somebody leads: ${alive.join('; ')}`);
  if (receivers.length > 0) return notYet(`WAL receivers are still connected on ${receivers.join(' and ')}`);
  if (witnesses.length === 0) return notYet(`no other host could look at ${leader}: ${unknown.join('; ')}`);
  return holds(
    `${leader} answers neither from here nor from ${witnesses.join(' and ')}${dcs ? '; nobody holds the leader key' : ', and nobody else leads'}`,
  );
}
