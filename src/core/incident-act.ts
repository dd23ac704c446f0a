import { z } from 'zod';
import { Signal } from './signal.ts';

/** `name` is for readers where Slack does not turn an id into one: mails, files. */
const By = { by: z.string(), name: z.string().optional(), atMs: z.number() };

/** What a person, or Trunkline by its rules, did with an incident. Kept beside it, in order; the owner folds them in. */
export const IncidentAct = z.discriminatedUnion('act', [
  z.object({ act: z.literal('acknowledge'), ...By, note: z.string().optional() }),
  z.object({ act: z.literal('resolve'), ...By, reason: z.string() }),
  z.object({ act: z.literal('escalate'), ...By, note: z.string().optional() }),
  z.object({ act: z.literal('note'), ...By, note: z.string() }),
]);
export type IncidentAct = z.output<typeof IncidentAct>;

/** What waits beside an incident for its owner: acts, and what the store has folded together. */
export const IncidentPost = z.discriminatedUnion('act', [
  ...IncidentAct.options,
  /** A condition that another incident held belongs to this one now. */
  z.object({ act: z.literal('absorb'), atMs: z.number(), incident: z.string(), signal: Signal }),
  /** All that this incident held belongs to another one now. */
  z.object({ act: z.literal('absorbed'), atMs: z.number(), into: z.string() }),
]);
export type IncidentPost = z.output<typeof IncidentPost>;
