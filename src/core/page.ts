import type { Severity } from './severity.ts';
import type { SituationName } from './situation-name.ts';

/** What is told of an incident beside Slack. */
export interface Page {
  /** The incident's id: the same key is one alert to its reader, whatever is told of it. */
  readonly key: string;
  readonly phase: 'open' | 'changed' | 'resolved';
  readonly severity: Severity;
  readonly cluster: string;
  readonly situation: SituationName;
  /** One line. */
  readonly summary: string;
  readonly details: readonly string[];
  readonly sinceMs: number;
  readonly permalink?: string;
  /** Who has taken it on, in words, from the page on that tells it. */
  readonly acknowledgedBy?: string;
  /** Nothing happened: somebody tries the way. */
  readonly test?: true;
}

/** What became of a page at one target. */
export interface PageResult {
  readonly target: string;
  readonly ok: boolean;
  /** A clause without secrets, when it is not ok. */
  readonly why?: string;
}
