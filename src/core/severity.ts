import { z } from 'zod';

/** How much an incident weighs. `critical` calls people at night, `warning` is for the working day, `info` is for the record. */
export const Severity = z.enum(['critical', 'warning', 'info']);
export type Severity = z.output<typeof Severity>;

/** The heavier of two. */
export function heavier(one: Severity, other: Severity): Severity {
  return Severity.options.indexOf(one) <= Severity.options.indexOf(other) ? one : other;
}

export function isHeavier(one: Severity, than: Severity): boolean {
  return one !== than && heavier(one, than) === one;
}
