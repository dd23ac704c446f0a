import type { Text } from '../core/message.ts';

/** How much a finding weighs: `bad` and `warn` are about the cluster, `unknown` is something that could not be read. */
export type Weight = 'bad' | 'warn' | 'unknown' | 'info';

/** One thing worth saying of a cluster, as a sentence without its full stop. */
export interface Finding {
  /** Stable, for tests and metrics: `two-primaries`. */
  readonly id: string;
  readonly sign: Weight;
  readonly says: Text;
  /** What to do next, or what it means; a sentence. */
  readonly hint?: string;
  /** The member, proxy or slot that it is about, where it is about one. */
  readonly about?: string;
}

/** A finding of the given weight. */
export function finding(sign: Weight, id: string, says: Text, hint?: string): Finding {
  return { id, sign, says, ...(hint ? { hint } : {}) };
}

/** The same, about one member, proxy or slot. */
export function about(name: string, found: Finding): Finding {
  return { ...found, about: name };
}

const ORDER: readonly Weight[] = ['bad', 'warn', 'unknown', 'info'];

/** Worst first; equal ones keep their order. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => ORDER.indexOf(a.sign) - ORDER.indexOf(b.sign));
}
