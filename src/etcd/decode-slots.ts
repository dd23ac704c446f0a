import { z } from 'zod';
import { parseJson } from './decode-values.ts';

const SlotsJson = z.looseObject({ slots: z.record(z.string(), z.unknown()).nullish() });

/** Names of the permanent slots of the dynamic configuration (Patroni docs/dynamic_configuration.rst, slots). */
export function decodePermanentSlots(config: string): readonly string[] {
  return Object.keys(parseJson(SlotsJson, config).slots ?? {}).sort();
}
