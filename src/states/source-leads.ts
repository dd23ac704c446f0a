import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, impossible, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  systemId: z.string(),
  timeline: z.number().int().positive(),
});

const { state, build } = defineState({
  name: 'source-leads',
  args: Args,
  says: ({ member, timeline }) => `${member} takes writes on timeline ${timeline}, by SQL`,
  async judge({ cluster, member, systemId, timeline }, view) {
    const sql = await view.sql(cluster, member);
    if (!sql.ok) return notYet(`${member} does not answer by SQL: ${sql.why}`);
    const now = sql.value;
    if (now.systemId !== systemId) return impossible(`${member} is another cluster now: system identifier ${now.systemId}`);
    if (now.inRecovery) return notYet(`${member} is in recovery: it is not the primary`);
    if (now.timeline !== timeline) return impossible(`${member} is on timeline ${now.timeline}, not ${timeline}`);
    return holds(`${member} takes writes on timeline ${timeline}`);
  },
});

export const sourceLeadsState = state;

/** The server that is copied is still the same primary, by its own SQL alone: in a cluster with Patroni and in one without. */
export const sourceLeads = (args: z.input<typeof Args>): StateData => build(args);
