import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Json } from './json.ts';
import type { Seed } from './seed.ts';
import type { Upstream } from './upstream.ts';

/** What the front remembers of a message that the bot posted and local-slack would forget. */
export interface Note {
  readonly channel: string;
  readonly ts: string;
  /** As it stands now: text, blocks, attachments, thread_ts. */
  content: Json;
  metadata?: Json;
  /** Who alone can see it. */
  readonly ephemeralTo?: string;
  /** `monotonicMs()` when the workspace accepted the message, and its last change. */
  readonly acceptedAt: number;
  changedAt?: number;
}

export interface Trigger {
  readonly user: string;
  readonly issuedAt: number;
  used: boolean;
  expired: boolean;
}

/** Where an answer to a `response_url` goes. Slack allows five within 30 minutes. */
export interface ResponseUrl {
  readonly channel: string;
  readonly user: string;
  readonly messageTs?: string;
  readonly issuedAt: number;
  uses: number;
}

/** A modal that somebody sees. `shownAs` is the id under which local-slack shows it on the page. */
export interface OpenView {
  readonly id: string;
  shownAs: string;
  readonly user: string;
  view: Json;
  hash: string;
  readonly rootId: string;
  readonly previousId: string | null;
}

export interface Settings {
  /** Milliseconds; Slack's is 3000. */
  triggerTtl: number;
  /** Milliseconds; Slack's is 3000. */
  ackTimeout: number;
}

/** All that the front's parts share. */
export interface FrontState {
  readonly seed: Seed;
  readonly upstream: Upstream;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly settings: Settings;
  /** Where the bot reaches the front, without a slash at the end. */
  readonly origin: string;
  /** Direct messages by channel id: the person. */
  readonly direct: Map<string, string>;
  readonly notes: Map<string, Note>;
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  /** Oldest first; the last one of a person is the one on top. */
  readonly views: Map<string, OpenView>;
  readonly reactions: Set<string>;
  /** A trigger id that local-slack knows, since it insists on one of its own. */
  upstreamTrigger: string;
}

export function noteKey(channel: string, ts: string): string {
  return `${channel}:${ts}`;
}
