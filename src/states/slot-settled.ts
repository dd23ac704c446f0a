import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, primary: MemberName, member: MemberName, slot: z.string() });

/** A slot made for a standby does no harm: it is gone, or that standby streams by it. The act that reserves it names this state. */
export const { state: slotSettledState } = defineState({
  name: 'slot-settled',
  args: Args,
  says: ({ primary, member, slot }) => `${primary} has no slot ${slot}, or ${member} streams by it`,
  async judge({ cluster, primary, member, slot }, view) {
    const sql = await view.sql(cluster, primary);
    if (!sql.ok) return notYet(`${primary} does not answer by SQL: ${sql.why}`);
    const found = sql.value.slots.find(({ name }) => name === slot);
    if (!found) return holds(`${primary} has no slot ${slot}`);
    const streams = sql.value.standbys.some(({ name, state }) => name === member && state === 'streaming');
    if (found.active && streams) return holds(`${member} streams from ${primary} by the slot ${slot}`);
    return notYet(`the slot ${slot} on ${primary} keeps WAL and ${member} does not stream by it`);
  },
});
