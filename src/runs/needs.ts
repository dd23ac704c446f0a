import type { AuditFacts } from '../core/audit-facts.ts';
import type { Debt, DebtDraft } from '../core/debt.ts';
import type { JsonObject } from '../core/json.ts';
import type { MaintenanceLock } from '../core/maintenance.ts';
import type { Message } from '../core/message.ts';
import type { Asker, Permission, Subject } from '../core/person.ts';
import type { Risk, StoredStep } from '../core/plan.ts';
import type { Journal, JournalEntry, Measured, Run, Vote } from '../core/run.ts';
import type { Lock, Runbook } from '../core/runbook.ts';
import type { StartOptions } from '../core/start-flags.ts';
import type { Verdict } from '../core/verdict.ts';
import type { View } from '../core/view.ts';

/** What the life of a change needs of the other folders; `app.ts` passes it in. */

export interface RunChange {
  readonly patch: Partial<Omit<Run, 'id' | 'version' | 'revision' | 'votes'>>;
  /** Fields that no longer hold. */
  readonly clear?: readonly ('why' | 'report' | 'endedAtMs')[];
  readonly audit?: AuditFacts;
}

export interface RunStore {
  create(run: Run, audit: AuditFacts): Promise<void>;
  get(id: string): Promise<Run | undefined>;
  list(filter: { readonly cluster?: string; readonly open?: boolean; readonly limit: number }): Promise<readonly Run[]>;
  change(
    id: string,
    decide: (run: Run) => RunChange | undefined,
  ): Promise<{ readonly run: Run; readonly changed: boolean } | undefined>;
}

export type VoteOutcome =
  | 'counted'
  | 'approved'
  | 'denied'
  | 'again'
  | 'self'
  | 'asker-only'
  | 'no-code'
  | 'expired'
  | 'closed'
  | 'missing';
export interface VoteStore {
  cast(run: string, vote: Vote, audit: Omit<AuditFacts, 'result'>): Promise<VoteOutcome>;
}

export interface JournalStore {
  read(run: string): Promise<Journal>;
  write(mark: {
    readonly run: string;
    readonly epoch: number;
    readonly step: string;
    readonly entry: JournalEntry;
    readonly audit?: AuditFacts;
  }): Promise<'written' | 'fenced'>;
}

export interface LockHolder {
  readonly resource: string;
  readonly run: string;
  readonly runbook: string;
  readonly sinceMs: number;
}
export interface LockStore {
  take(request: {
    readonly run: string;
    readonly runbook: string;
    readonly epoch: number;
    readonly locks: readonly Lock[];
    readonly atMs: number;
    /** Runs whose locks may be taken from them: each is cancelled and fenced in the same step. */
    readonly over?: readonly string[];
  }): Promise<readonly LockHolder[] | 'fenced'>;
  release(request: { readonly run: string; readonly epoch: number; readonly locks: readonly Lock[] }): Promise<void>;
  inTheWay(locks: readonly Lock[]): Promise<readonly LockHolder[]>;
}

export interface AuditTrail {
  append(facts: AuditFacts): Promise<void>;
}

/** What runs leave behind that does harm. */
export interface DebtStore {
  /** Before it is made; `fenced` when another attempt has taken over. Repeating it is harmless. */
  record(debt: Debt, epoch: number, audit: AuditFacts): Promise<'recorded' | 'fenced'>;
  /** It is gone. False when nobody knew of it any more. */
  clear(id: string, audit: AuditFacts): Promise<boolean>;
  /** Oldest first. */
  list(): Promise<readonly Debt[]>;
}

export type PolicyAnswer =
  | {
      readonly allowed: true;
      readonly approvals: number;
      /** The asker confirms, and nobody else is asked. */
      readonly confirm?: boolean;
      /** User groups whose members' votes count. */
      readonly from?: readonly string[] | undefined;
      /** A one-time code beside each click. */
      readonly totp?: boolean;
      readonly expiresInMs: number;
      readonly startWithinMs: number;
    }
  | { readonly allowed: false; readonly says: string; readonly hint: string };

export interface Said {
  readonly says: string;
  readonly hint: string;
}

export interface Gate {
  /** @throws Unauthorised, or the Refusal of an unknown cluster. */
  admit(asker: Asker, need: Permission, subject?: Subject): Promise<void>;
  /** Why a person no longer may; `undefined` when they may. @throws when it can't be asked. */
  lacks(userId: string, need: Permission, subject: Subject): Promise<string | undefined>;
  /** `atMs`: when it would start (epoch milliseconds); outside of the policy's times it is not allowed. */
  policy(risk: Risk, subject: Subject, atMs: number): PolicyAnswer;
  /** What the policy finds wrong with a reason; `undefined` when nothing. */
  reasonFlaw(risk: Risk, subject: Subject, reason: string | undefined): Said | undefined;
  /** Why the policy lets nothing start at a moment (epoch milliseconds); `undefined` when it does. */
  closed(risk: Risk, subject: Subject, atMs: number): Said | undefined;
  /** The same gate, for people of whom another word counts while Slack can't be asked. */
  by?(word: Word): Pick<Gate, 'lacks'>;
}

/**
 * Whose word on a person counts: Slack's alone; or, while Slack can't be asked, what it said last, within hours; `cli`: that, and the
 * person must be listed for the command line.
 */
export type Word = 'slack' | 'last-known' | 'cli';

/** Who may start a change without approval. */
export interface BreakGlass {
  /** Why a person may not do it on this cluster; `undefined` when they may. `via`: their way in, which says whose word counts. */
  lacks(userId: string, cluster: string, via?: Asker['via']): Promise<string | undefined>;
  readonly reviewWithinMs: number;
}

/** The clusters that a person keeps for themselves for a while. */
export interface MaintenanceStore {
  of(cluster: string): Promise<MaintenanceLock | undefined>;
  take(lock: MaintenanceLock, audit: Omit<AuditFacts, 'result'>): Promise<MaintenanceLock | undefined>;
  release(
    cluster: string,
    by: { readonly userId: string; readonly anybodys: boolean },
    audit: Omit<AuditFacts, 'result'>,
  ): Promise<'released' | 'held' | 'none'>;
}

/** How the runs are found that wait for their review. */
export interface ReviewIndex {
  add(run: string, dueAtMs: number): Promise<void>;
  remove(run: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

/** Says something beside a run's own message. It is handed over and nothing waits for it, because chat stops nothing. */
export interface Messenger {
  /** Below the message of the run. */
  inThread(run: Run, message: Message): void;
  /** Below the copies of the request, for those who have not voted. */
  belowCopies(run: Run, message: Message): void;
  toPerson(userId: string, message: Message): void;
  /** To the operators' channel. */
  toOps(message: Message): void;
  /** The notice of a change without approval, to the operators' channel: once over all processes, however often it is asked for. */
  breakGlass(run: Run): void;
}

/** Who could still approve a request: people by Slack user id, and whether there are more of them. */
export type CouldApprove = (run: Run) => Promise<{ readonly people: readonly string[]; readonly more: boolean }>;

export type StoredAct = NonNullable<StoredStep['act']>;
export type StoredState = NonNullable<StoredStep['until']>;

interface ActContext {
  readonly claim: string;
  readonly signal: AbortSignal;
}

/** The closed list of what can be done. */
export interface Acts {
  repeat(act: string): 'harmless' | 'never';
  /**
   * @throws TrunklineError when the act is known not to have happened; after any other error, and after none, the step's `until`
   * tells what happened.
   */
  perform(act: StoredAct, context: ActContext): Promise<{ readonly performed: boolean; readonly says: string }>;
  /** True when what the act began can be ended while it goes on. */
  canBeEnded(act: string): boolean;
  /** Ends it and looks whether it is gone; `undefined` when it can't be ended. */
  end(act: StoredAct, context: ActContext): Promise<{ readonly gone: boolean; readonly says: string } | undefined>;
  /** What the act leaves behind that does harm. */
  debt(act: StoredAct, claim?: string): DebtDraft | undefined;
  /** The ids of the debts that are gone once its step is done. */
  pays(act: StoredAct): readonly string[];
  /** Lines of the log of the host acted on, since a moment. */
  explain(act: StoredAct, sinceMs: number, signal: AbortSignal): Promise<readonly string[]>;
}

/** The closed list of what can be observed. */
export interface States {
  judge(state: StoredState, view: View, sinceMs: number): Promise<Verdict>;
  says(state: StoredState): string;
}

/** What is measured around a run: the write probe. */
export interface Observer {
  /** `middle`: the run was begun by another worker, so that no outage can be told of it. */
  begin(run: Run, from: 'start' | 'middle'): Promise<void>;
  /** What was measured; `undefined` where nothing was to be. @throws why it was not. */
  end(run: Run): Promise<Measured | undefined>;
}

/** Asks some worker to continue a run; asking twice is harmless. */
export interface RunQueue {
  add(run: string): Promise<void>;
}

/** The runbooks of this release with the digest of their source. */
export type FindRunbook = (name: string) => { readonly runbook: Runbook; readonly digest: string } | undefined;

/** Shows a run in chat: posts it first, edits it afterwards. */
export type Announce = (run: Run, journal: Journal) => Promise<void>;

export interface Request {
  readonly runbook: string;
  readonly input: JsonObject;
  readonly reason?: string;
  readonly start?: StartOptions;
  /** The stale or expired request that is asked again. */
  readonly againOf?: Run['againOf'];
  readonly asker: Asker;
  /** Scoped to what the asker may see. */
  readonly view: View;
}
