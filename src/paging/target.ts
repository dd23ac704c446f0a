import type { Page } from '../core/page.ts';

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
