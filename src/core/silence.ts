import { z } from 'zod';
import { SituationName } from './situation-name.ts';

/** A silence's id as people type it, also on a phone that writes its first letter large. */
export const SilenceId = z
  .string()
  .toLowerCase()
  .regex(/^s[a-z0-9]{6,12}$/, 'a silence id looks like s4k2m9x; `/pg silences` lists them');

/** Nobody is called about what a silence covers until it ends. */
export const Silence = z.object({
  id: z.string(),
  cluster: z.string(),
  /** All situations but leader changes when absent. */
  situation: SituationName.optional(),
  about: z.string().optional(),
  by: z.string(),
  reason: z.string(),
  fromMs: z.number(),
  untilMs: z.number(),
});
export type Silence = z.output<typeof Silence>;
