import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, impossible, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, primary: MemberName, slot: z.string() });

const { state, build } = defineState({
  name: 'slot-reserved',
  args: Args,
  says: ({ primary, slot }) => `the slot ${slot} on ${primary} keeps WAL`,
  async judge({ cluster, primary, slot }, view) {
    const sql = await view.sql(cluster, primary);
    if (!sql.ok) return notYet(`${primary} does not answer by SQL: ${sql.why}`);
    const found = sql.value.slots.find(({ name }) => name === slot);
    if (!found) return notYet(`${primary} has no slot ${slot}`);
    if (found.kind !== 'physical') return impossible(`the slot ${slot} on ${primary} is a logical one`);
    if (found.walStatus === 'lost') return impossible(`the slot ${slot} on ${primary} has lost WAL (wal_status lost)`);
    return holds(`the slot ${slot} on ${primary} keeps WAL`);
  },
});

export const slotReservedState = state;

/** A physical slot is there and has lost nothing. */
export const slotReserved = (args: z.input<typeof Args>): StateData => build(args);
