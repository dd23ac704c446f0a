import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';
import { currentPrimary, readRoles, type Roles } from './roles.ts';

/** So long after its start a switchover that left no trace was given up: Patroni writes its failover key within a second. */
const GIVEN_UP_MS = 30_000;

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  timeline: z.number().int().positive(),
  /** The leader before the switchover that this state judges; absent where the state only guards. */
  from: MemberName.exactOptional(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'primary-is',
  args: Args,
  says: ({ member, timeline }) => `${member} is the primary on timeline ${timeline}, and nobody else is`,
  async judge(args, view, sinceMs) {
    const roles = await readRoles(view, args.cluster);
    return judgePrimary(args, roles, view.now() - sinceMs);
  },
});

export const primaryIsState = state;

/**
 * The member is the primary on this timeline: out of recovery by SQL, nobody else out of recovery; under Patroni named by the DCS too,
 * with no switchover pending. The leader key alone proves nothing: it can exist with no primary behind it.
 */
export const primaryIs = (cluster: string, member: string, of: { timeline: number; from?: string }): StateData =>
  build({ cluster, member, ...of });

/** Pure part; `elapsedMs` is the age of the step. */
export function judgePrimary(args: Args, roles: Roles, elapsedMs: number): Verdict {
  const { member, timeline } = args;
  const wanted = roles.sql.get(member);
  if (!wanted) return impossible(`${member} is not a member of ${args.cluster}`);
  if (roles.mode === 'streaming') return bySqlAlone(args, roles);
  if (!roles.dcs.ok) return notYet(`the DCS cannot be read: ${roles.dcs.why}`);
  if (!wanted.ok) return anotherWon(args, roles) ?? notYet(`${member} does not answer by SQL: ${wanted.why}`);
  if (wanted.value.inRecovery) return stillInRecovery(args, roles, elapsedMs);
  if (wanted.value.timeline < timeline) return notYet(`${member} is on timeline ${wanted.value.timeline}, not ${timeline} yet`);
  if (wanted.value.timeline > timeline)
    return impossible(
      `${member} is the primary on timeline ${wanted.value.timeline}, not ${timeline}: the leader changed more than once`,
    );
  return provenByAll(args, roles);
}

function bySqlAlone({ member, timeline, from }: Args, roles: Roles): Verdict {
  const primary = currentPrimary(roles);
  if ('why' in primary) return notYet(primary.why);
  const on = `on timeline ${primary.sql.timeline}`;
  if (primary.sql.timeline > timeline) return impossible(`${primary.name} is the primary ${on}, not ${timeline}`);
  if (primary.name !== member) {
    const won = from !== undefined && primary.name !== from && primary.sql.timeline === timeline;
    return won ? impossible(`${primary.name} is the primary ${on} instead of ${member}`) : notYet(`${primary.name} leads ${on}`);
  }
  if (primary.sql.timeline < timeline) return notYet(`${member} is ${on}, not ${timeline} yet`);
  return holds(`${member} is the primary ${on}, by SQL; no other member that answers is`);
}

/** SQL of the member itself is right; now the DCS and the others. */
function provenByAll({ member, timeline }: Args, roles: Roles): Verdict {
  const dcs = roles.dcs.ok ? roles.dcs.value : undefined;
  if (dcs?.leader !== member) return notYet(`${member} is out of recovery, but ${dcs?.leader ?? 'nobody'} holds the leader key`);
  const others = primariesBut(member, roles);
  if (others.length > 0)
    return notYet(`${others.join(' and ')} is out of recovery too: there are ${others.length + 1} primaries`);
  if (dcs.failover) return notYet(`${member} leads, but Patroni has not cleared the failover key yet`);
  return holds(`${member} is the primary on timeline ${timeline}, by SQL and by the DCS; no other member that answers is`);
}

function stillInRecovery(args: Args, roles: Roles, elapsedMs: number): Verdict {
  const won = anotherWon(args, roles);
  if (won) return won;
  const dcs = roles.dcs.ok ? roles.dcs.value : undefined;
  if (dcs?.leader === undefined) return notYet('the leader key is free: the candidates are asking each other');
  if (dcs.leader === args.member) return notYet(`${args.member} holds the leader key and is promoting`);
  if (args.from === undefined || dcs.leader !== args.from) return notYet(`${args.member} is in recovery; ${dcs.leader} leads`);
  return oldLeaderHoldsOn(args.member, args.from, roles, elapsedMs);
}

function oldLeaderHoldsOn(member: string, from: string, roles: Roles, elapsedMs: number): Verdict {
  const dcs = roles.dcs.ok ? roles.dcs.value : undefined;
  const state = dcs?.members[from]?.state;
  if (state === 'stopping')
    return notYet(`${from} is stopping: it waits for its checkpoint, for WAL to be archived or for a replica to receive it`);
  const old = roles.sql.get(from);
  if (!old?.ok || old.value.inRecovery)
    return notYet(`${from} holds the leader key, but no primary answers (${from} is ${state ?? 'of unknown state'})`);
  if (dcs?.failover) return notYet(`Patroni has the order to switch to ${member}; ${from} is still the primary`);
  if (elapsedMs < GIVEN_UP_MS) return notYet(`${from} is still the primary and no failover key is set yet`);
  return impossible(`Patroni gave the switchover up: the failover key is gone and ${from} is still the primary`);
}

/** Somebody else leads on a timeline that only a promotion since the start can have made. */
function anotherWon({ member, timeline, from }: Args, roles: Roles): Verdict | undefined {
  const leader = roles.dcs.ok ? roles.dcs.value.leader : undefined;
  if (from === undefined || leader === undefined || leader === member) return undefined;
  const winner = roles.sql.get(leader);
  if (!winner?.ok || winner.value.inRecovery || winner.value.timeline < timeline) return undefined;
  const on = `on timeline ${winner.value.timeline}`;
  if (leader === from) return impossible(`${from} took the lead back ${on}; ${member} was not promoted`);
  return impossible(`${leader} won instead of ${member} and is the primary ${on}`);
}

function primariesBut(member: string, { sql }: Roles): readonly string[] {
  return [...sql].filter(([name, reading]) => name !== member && reading.ok && !reading.value.inRecovery).map(([name]) => name);
}
