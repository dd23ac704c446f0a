import { z } from 'zod';
import type { IdentifiedSystem } from '../core/upstream.ts';

const Row = z.tuple([
  z.string().regex(/^\d{1,20}$/),
  z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number),
]);

/** Reads `systemid|timeline|xlogpos|dbname` of IDENTIFY_SYSTEM. @throws ZodError when it is something else. */
export function parseIdentified(text: string): IdentifiedSystem {
  const [systemId, timeline] = Row.parse((text.split('\n')[0] ?? '').split('|').slice(0, 2));
  return { systemId, timeline };
}
