import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Attachment, Message } from '../core/message.ts';
import type { Gate } from './gate.ts';
import type { Sealer } from './seal.ts';

/** What is kept of somebody's codes. */
export interface Enrolment {
  /** The secret, encrypted. */
  readonly sealed: string;
  /** False until the first right code. */
  readonly isConfirmed: boolean;
  readonly userName: string;
  readonly enrolledAtMs: number;
  /** The direct message that shows the key, to be emptied. */
  readonly letter?: Letter | undefined;
}

/** A direct message and its file, as Slack names them. */
export interface Letter {
  readonly channel: string;
  readonly ts: string;
  readonly files: readonly string[];
}

/** A code that was looked at: the step it stands for, absent when it is wrong. */
export interface CodeTried {
  readonly userId: string;
  /** What the code was judged by; when it was replaced meanwhile, the code does not count. */
  readonly sealed: string;
  readonly step: number | undefined;
}

export type CodeOutcome =
  | { readonly outcome: 'ok' | 'wrong' | 'replayed' | 'unconfirmed' | 'changed' | 'missing' }
  | { readonly outcome: 'locked'; readonly untilMs: number };

export interface TotpStore {
  get(userId: string): Promise<Enrolment | undefined>;
  /** User ids of those who have codes and had this name when they enrolled; for a hint only. */
  named(userName: string): Promise<readonly string[]>;
  /** Resolves with false, and changes nothing, when there are confirmed codes. */
  enrol(userId: string, enrolment: Omit<Enrolment, 'isConfirmed' | 'letter'>, audit: AuditFacts): Promise<boolean>;
  /** Remembers where the key was shown, while it is still the same. */
  shown(userId: string, sealed: string, letter: Letter): Promise<void>;
  /** Uses a code up, once; counts wrong ones. */
  use(tried: CodeTried): Promise<CodeOutcome>;
  /** The same for the first code, which confirms the enrolment. */
  confirm(tried: CodeTried, audit: AuditFacts): Promise<CodeOutcome>;
  /** Resolves with false when there was nothing. */
  remove(userId: string, audit: AuditFacts): Promise<boolean>;
}

export interface TotpNeeds {
  readonly store: TotpStore;
  readonly sealer: Sealer;
  /** Shown in authenticator apps. */
  readonly issuer: string;
  readonly gate: Pick<Gate, 'admit'>;
  /** A direct message with one file in its thread. @throws when Slack does not take it. */
  readonly send: (userId: string, message: Message, file: Attachment) => Promise<Letter>;
  /** Replaces a direct message and deletes its file. */
  readonly empty: (letter: Letter, instead: Message) => Promise<void>;
  /** A picture of a text for cameras. */
  readonly picture: (text: string) => Promise<Uint8Array>;
  readonly audit: { append(facts: AuditFacts): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
}
