import { z } from 'zod';
import { JsonObjectSchema } from './json.ts';
import { StoredPlan } from './plan.ts';
import { RUN_STATES, type RunState } from './run-state.ts';

/** A vote of one person; at most one each. Where the asker confirms, the confirmation is kept as one. */
export const Vote = z.object({
  userId: z.string(),
  userName: z.string(),
  verdict: z.enum(['approve', 'deny']),
  reason: z.string().optional(),
  /** A one-time code of the person's authenticator app stood beside it. */
  totp: z.boolean().optional(),
  atMs: z.number(),
  /** How it was cast; in Slack when absent. Decides whose word on the person counts while Slack is down. */
  via: z.enum(['slack', 'cli']).optional(),
});
export type Vote = z.output<typeof Vote>;

/** What a step came to. `already`: its state held before anything was done. `skipped`: people decided to go on without it. */
export const JournalEntry = z.object({
  mark: z.enum(['started', 'done', 'already', 'failed', 'skipped']),
  startedAtMs: z.number(),
  /** When people had it tried again; its time counts from there. */
  againAtMs: z.number().optional(),
  endedAtMs: z.number().optional(),
  /** The last verdict in words: why it is not done yet, or what went wrong. */
  note: z.string().optional(),
  /** What its act says it did, in one line; no proof of anything. */
  did: z.string().optional(),
  /** Lines of the log of the host acted on that say why the step hangs or failed. */
  lines: z.array(z.string()).optional(),
});
export type JournalEntry = z.output<typeof JournalEntry>;

/** A measured gap in writes: the bot's own probe through the cluster's write endpoint. */
export const Outage = z.object({
  lastGoodWriteAtMs: z.number(),
  firstGoodWriteAtMs: z.number(),
  /** Milliseconds between two writes of the probe: what the figure can resolve. */
  resolutionMs: z.number(),
  measuredAt: z.string(),
  /** Writes that failed while it was measured; 0: each came through, the one of the gap late. */
  failedWrites: z.number().optional(),
});
export type Outage = z.output<typeof Outage>;

/** What was measured of the writes around a run. A gap that is not longer than `resolutionMs` is not told from none. */
export interface Measured {
  readonly outage?: Outage;
  readonly resolutionMs: number;
  readonly measuredAt: string;
}

/** What one person wants done with a halted run; enough of the same for the same attempt, and it is done. */
export const Decision = z.object({
  verb: z.enum(['retry', 'skip', 'undo', 'abandon']),
  /** The step at which the run halted. */
  step: z.string(),
  /** The attempt that halted: a decision about an earlier halt does not count. */
  epoch: z.number().int(),
  userId: z.string(),
  userName: z.string(),
  reason: z.string().optional(),
  atMs: z.number(),
});
export type Decision = z.output<typeof Decision>;

/** The end of a run in words and numbers. */
export const RunReport = z.object({
  /** One sentence, true by what the cluster showed. */
  says: z.string(),
  lines: z.array(z.object({ sign: z.enum(['ok', 'warn', 'bad', 'info']), text: z.string() })),
  outage: Outage.optional(),
  /** What takes the change back, in words and as the input of a new request of the same runbook. */
  reverse: z.object({ says: z.string(), input: JsonObjectSchema }).optional(),
});
export type RunReport = z.output<typeof RunReport>;

/** Counted up when the record changes; src/store/migrations/run.ts makes the newest of an older one. */
export const RUN_VERSION = 2;

/** One execution of a plan, from the request on. Stored as one record; `version` allows migration. */
export const Run = z.object({
  version: z.literal(RUN_VERSION),
  id: z.string(),
  /** Counts every change of this record; a writer that holds an older one loses. */
  revision: z.number().int(),
  runbook: z.string(),
  digest: z.string(),
  cluster: z.string(),
  environment: z.string(),
  input: JsonObjectSchema,
  /** The input as the person gave it, before the runbook settled what was left open: what is asked again. */
  asked: JsonObjectSchema.optional(),
  material: JsonObjectSchema,
  plan: StoredPlan,
  planHash: z.string(),
  locks: z.array(z.object({ resource: z.string(), shared: z.boolean() })),
  state: z.enum(RUN_STATES as [RunState, ...RunState[]]),
  requester: z.object({
    userId: z.string(),
    userName: z.string(),
    teamId: z.string(),
    /** How it was asked; in Slack when absent. */
    via: z.enum(['slack', 'cli']).optional(),
  }),
  reason: z.string().optional(),
  /** Approvals by other people that the policy asks for; 0: none. */
  approvalsNeeded: z.number().int(),
  /** User groups whose members' votes count; those of any approver when absent. */
  approvalsFrom: z.array(z.string()).optional(),
  /** The asker confirms with a second click before it is queued, and nobody else is asked. */
  confirmByAsker: z.boolean().optional(),
  /** A one-time code stands beside every vote. */
  totpRequired: z.boolean().optional(),
  /** Blocks that the asker overrides by the check's id, each with why; hashed. */
  overrides: z.array(z.object({ check: z.string(), reason: z.string() })).optional(),
  /** Not to be started before this moment (epoch milliseconds). */
  scheduledAtMs: z.number().optional(),
  /** That moment as it was typed, zone included. */
  scheduledAs: z.string().optional(),
  /** When it was looked at ahead of its time; once, by the process that wrote this. */
  lookedAheadAtMs: z.number().optional(),
  /** When people were reminded that it waits; once, by the process that wrote this. */
  remindedAtMs: z.number().optional(),
  /** The stale or expired request that this one asks again, and, there, the request that asks it again. */
  againOf: z.object({ run: z.string(), link: z.string().optional() }).optional(),
  askedAgainAs: z.string().optional(),
  /** The request that asks for the reverse of this one. */
  reversedAs: z.string().optional(),
  /** Started without approval by a listed person; open until somebody else has reviewed it. */
  breakGlass: z
    .object({
      reviewDueAtMs: z.number(),
      /** When the operators' channel had taken the notice of it; until then it is told again and again. */
      toldAtMs: z.number().optional(),
      /** When the operators' channel was last told that the review is overdue. */
      naggedAtMs: z.number().optional(),
      /** What it went past beside the approval: the maintenance lock of somebody else. */
      passes: z.string().optional(),
      review: z.object({ userId: z.string(), userName: z.string(), atMs: z.number(), says: z.string() }).optional(),
    })
    .optional(),
  /** Runs whose locks an emergency takes over, each with what that leaves open, as it was approved. */
  takesOver: z.array(z.object({ run: z.string(), leavesOpen: z.string() })).optional(),
  /** The emergency that took over its locks and so ended it: while that goes on, what this run left behind is left to it. */
  takenOverBy: z.string().optional(),
  votes: z.array(Vote),
  /** Who wants a running run stopped. */
  cancelledBy: z.object({ userId: z.string(), userName: z.string(), atMs: z.number() }).optional(),
  /** What people decided about it while it was halted. */
  decisions: z.array(Decision).optional(),
  createdAtMs: z.number(),
  /** After this no vote counts and, once approved, no start (epoch milliseconds). Every read enforces it. */
  expiresAtMs: z.number(),
  /** How long an approved run may wait for its start: at the approval `expiresAtMs` becomes that moment plus this. */
  startWithinMs: z.number(),
  startedAtMs: z.number().optional(),
  endedAtMs: z.number().optional(),
  /** The worker's attempt; a write with a lower one is refused. */
  epoch: z.number().int(),
  /** Why it is stale, failed, denied, halted; a sentence. */
  why: z.string().optional(),
  report: RunReport.optional(),
  /** Where the request was made and its message, once posted. */
  channelId: z.string(),
  messageTs: z.string().optional(),
});
export type Run = z.output<typeof Run>;

/** Step id -> what became of it. */
export type Journal = Readonly<Record<string, JournalEntry>>;
