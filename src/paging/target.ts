import type { Severity } from '../core/severity.ts';
import type { SituationName } from '../core/situation-name.ts';

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
  /** Who has taken it on, in words. */
  readonly acknowledgedBy?: string;
  /** Nothing happened: somebody tries the way. */
  readonly test?: true;
}

/** A page on its way to one target; `id` is the same at every try, so that a receiver can tell a repetition. */
export interface Delivery {
  readonly page: Page;
  readonly id: string;
  /** Ends the try. */
  readonly signal: AbortSignal;
}

/** What became of one try. */
export type Sent =
  | { readonly ok: true }
  /** `why` is a clause without secrets; `again` when another try can help, not before `waitMs` where the target says so. */
  | { readonly ok: false; readonly why: string; readonly again: boolean; readonly waitMs?: number };

/** One way to tell an incident. */
export interface Target {
  readonly name: string;
  /** One try. May reject with an error of the network. */
  send(delivery: Delivery): Promise<Sent>;
}
