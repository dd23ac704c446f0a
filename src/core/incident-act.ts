import { z } from 'zod';

/** What a person, or Trunkline by its rules, did with an incident. Kept beside it, in order; the owner folds them in. */
export const IncidentAct = z.discriminatedUnion('act', [
  z.object({ act: z.literal('acknowledge'), by: z.string(), atMs: z.number(), note: z.string().optional() }),
  z.object({ act: z.literal('resolve'), by: z.string(), atMs: z.number(), reason: z.string() }),
  z.object({ act: z.literal('escalate'), by: z.string(), atMs: z.number(), note: z.string().optional() }),
  z.object({ act: z.literal('note'), by: z.string(), atMs: z.number(), note: z.string() }),
]);
export type IncidentAct = z.output<typeof IncidentAct>;
