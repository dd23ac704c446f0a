import { z } from 'zod';
import { SituationName } from './situation-name.ts';

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
