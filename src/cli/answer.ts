import { z } from 'zod';
import { WireMessage } from './wire-message.ts';

/** What became of a request: `refused` nothing was done and asking the same again changes nothing; `away` something needed does not answer. */
export const OUTCOMES = ['done', 'refused', 'away', 'broken'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One answer of the bot; a line of JSON. */
export const Answer = z.object({
  version: z.literal(1),
  outcome: z.enum(OUTCOMES),
  message: WireMessage,
  /** The run that it is about, if any. */
  run: z.object({ id: z.string(), state: z.string(), over: z.boolean() }).optional(),
});
export type Answer = z.output<typeof Answer>;
