import type { Severity } from '../core/severity.ts';

/** What a named situation means to its reader. */
export interface CatalogueEntry {
  readonly severity: Severity;
  /** A few words for the title: `replication lag`. */
  readonly title: string;
  /** Where to look first; a sentence. */
  readonly firstLook: string;
  /** What usually causes it; a sentence. */
  readonly likelyCause: string;
  /** Commands that help, as they are typed after /pg; CLUSTER and ABOUT are filled in. Buttons offer them, nothing starts by itself. */
  readonly offers: readonly string[];
  /** Milliseconds that it must last before it is told; 0 for what is told at once. */
  readonly forMs: number;
  /** Milliseconds that it must be gone before it counts as cleared. */
  readonly clearMs: number;
}
