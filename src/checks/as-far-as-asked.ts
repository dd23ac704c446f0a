import { type Check, passed, warned } from '../core/check.ts';

/** It passes where everybody could be asked; else it warns with `unknown`, which says who could not. */
export function asFarAsAsked(id: string, says: string, unknown: readonly string[]): Check {
  if (unknown.length === 0) return passed(id, says);
  const also = `${says}; not known: ${unknown.join('; ')}`;
  return warned(id, also, 'What could not be asked may know better: see to it if there is time.');
}
