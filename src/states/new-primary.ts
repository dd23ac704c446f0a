import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, impossible, notYet } from '../core/verdict.ts';
import { currentPrimary, readRoles } from './roles.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  /** Who must not be it. */
  not: MemberName,
  /** That a promotion from where the cluster stands makes. */
  timeline: z.number().int().positive(),
});

const { state, build } = defineState({
  name: 'new-primary',
  args: Args,
  says: ({ not, timeline }) => `another member than ${not} is the primary on timeline ${timeline}, by SQL and by the DCS`,
  async judge({ cluster, not, timeline }, view) {
    const roles = await readRoles(view, cluster);
    const primary = currentPrimary(roles);
    if ('why' in primary) return notYet(primary.why);
    if (primary.name === not) return impossible(`${not} is the primary itself, on timeline ${primary.sql.timeline}`);
    const others = [...roles.sql].filter(([name, sql]) => name !== primary.name && sql.ok && !sql.value.inRecovery);
    if (others.length > 0)
      return notYet(`${others.map(([name]) => name).join(' and ')} is out of recovery beside ${primary.name}`);
    const on = `${primary.name} is the primary on timeline ${primary.sql.timeline}`;
    if (primary.sql.timeline < timeline) return notYet(`${on}, not ${timeline} yet`);
    if (primary.sql.timeline > timeline) return impossible(`${on}, not ${timeline}: the leader changed more than once`);
    return holds(`${on}, by SQL and by the DCS`);
  },
});

export const newPrimaryState = state;

/** Somebody else than the member was promoted: holds the key, is out of recovery by SQL, alone, on this timeline. */
export const newPrimary = (cluster: string, not: string, timeline: number): StateData => build({ cluster, not, timeline });
