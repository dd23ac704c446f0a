import { z } from 'zod';
import { IncidentAct } from './incident-act.ts';
import { Severity } from './severity.ts';
import { Silence } from './silence.ts';
import { ConditionName, SituationName } from './situation-name.ts';
import { WriteOutage } from './write-outage.ts';

/** A change of the leader as etcd or Patroni's history showed it. */
export const LeaderChange = z.object({
  /** Derived from the etcd cluster's id and the revision, so that seeing it again is harmless. */
  id: z.string(),
  cluster: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
  kind: z.enum(['planned', 'crash', 'released', 'blip', 'unknown']),
  timeline: z.number().optional(),
  atMs: z.number(),
  /** The run that made it, when it was one of ours. */
  run: z.string().optional(),
  says: z.string(),
});
export type LeaderChange = z.output<typeof LeaderChange>;

export interface IncidentSummary {
  /** As people type it. */
  readonly id: string;
  readonly cluster: string;
  readonly says: string;
  readonly sinceMs: number;
  readonly permalink?: string;
}

/** One line of an incident's written timeline. */
export const TimelineEntry = z.object({ atMs: z.number(), says: z.string(), seen: z.string().optional() });
export type TimelineEntry = z.output<typeof TimelineEntry>;

/** A condition that belongs to an incident. */
export const IncidentCondition = z.object({
  /** Whose it is, where it is not of the incident's own cluster. */
  cluster: z.string().optional(),
  situation: ConditionName,
  severity: Severity.optional(),
  about: z.string().optional(),
  says: z.string(),
  /** When that was seen; absent where it is still what it was raised with. */
  saidAtMs: z.number().optional(),
  /** As it stands in the incident's evidence. */
  evidence: z.string().optional(),
  raisedAtMs: z.number(),
  /** How often it has grown heavier since. */
  rises: z.number().optional(),
  clearedAtMs: z.number().optional(),
});
export type IncidentCondition = z.output<typeof IncidentCondition>;

/** A grouped, live message about signals that belong together: one loss of a leader, or one condition, and what follows from it. */
export const Incident = z.object({
  version: z.literal(2),
  /** The id of the signal that opened it. */
  id: z.string(),
  /** The cluster's name; for what is wrong with an etcd itself `etcd NAME`. */
  cluster: z.string(),
  /** What it is called now; it changes as more is known. */
  situation: SituationName,
  severity: Severity,
  /** How a leader was lost; `condition` for what is not about one. */
  cause: z.enum(['planned', 'crash', 'released', 'blip', 'unknown', 'condition']),
  /** The newest sentence about it. */
  says: z.string(),
  evidence: z.array(z.string()),
  from: z.string().optional(),
  to: z.string().optional(),
  timelineBefore: z.number().optional(),
  timelineAfter: z.number().optional(),
  openedAtMs: z.number(),
  /** Since when, and as what, a condition has made it heavier than it was: people are called for that since then. The signal did so last. */
  heavier: z.object({ atMs: z.number(), signal: z.string(), as: Severity.optional() }).optional(),
  lostAtMs: z.number().optional(),
  /** The sentence of the last name that was written over that of a leader. */
  overwrote: z.string().optional(),
  ledAtMs: z.number().optional(),
  provenAtMs: z.number().optional(),
  membersBackAtMs: z.number().optional(),
  resolvedAtMs: z.number().optional(),
  /** What the last attempt to prove the new leader, or to see the members, came to. */
  waitsFor: z.string().optional(),
  outcome: z.string().optional(),
  /** By `Condition.key`, behind the cluster's name where it is another one's. */
  conditions: z.record(z.string(), IncidentCondition),
  /** Oldest first; at most 500. */
  timeline: z.array(TimelineEntry),
  /** The newest commit of the old leader that the new one has, or the last write that was confirmed to the write probe. */
  lastGoodWriteAtMs: z.number().optional(),
  /** The first write after the loss that was confirmed to the write probe. */
  firstWriteAtMs: z.number().optional(),
  writeOutage: WriteOutage.optional(),
  /** WAL that the old leader is known to have had beyond the point of promotion, in bytes: at least so much is at risk. */
  bytesAtRisk: z.number().optional(),
  /** Who feels it, in clauses: `12 client connections through lb1`. */
  affects: z.array(z.string()),
  acts: z.array(IncidentAct),
  /** How many of the acts that are kept beside it are folded in. */
  folded: z.number().optional(),
  /** Whom it was escalated to, when, and why; `step` of its route's escalation, none for the second path. */
  escalations: z.array(z.object({ atMs: z.number(), to: z.string(), why: z.string(), step: z.number().optional() })),
  /** The targets beside Slack that were told, and what they were told last. */
  paged: z.record(z.string(), z.enum(['open', 'changed', 'resolved'])).optional(),
  /** How much it weighed when each of them was told last that it is open. */
  pagedAs: z.record(z.string(), Severity).optional(),
  silencedBy: Silence.optional(),
  /** Of a leader that changes again and again: how often within the configured time, and when last. */
  flapping: z.object({ changes: z.number(), lastAtMs: z.number() }).optional(),
  /** How the leader's part ended, while conditions that belong to it last. */
  pendingOutcome: z.string().optional(),
  /** It was found to be part of this one, whose message is at `permalink`. */
  partOf: z.object({ incident: z.string(), permalink: z.string().optional() }).optional(),
  replayed: z.boolean(),
  /** False while the store could not be written. */
  recorded: z.boolean(),
  channel: z.string(),
  ts: z.string().optional(),
});
export type Incident = z.output<typeof Incident>;
