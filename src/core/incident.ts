import { z } from 'zod';

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
  readonly id: string;
  readonly cluster: string;
  readonly says: string;
  readonly sinceMs: number;
  readonly permalink?: string;
}

/** A grouped, live message about the signals of one loss of a leader. Stored as one record. */
export const Incident = z.object({
  version: z.literal(1),
  /** The id of the signal that opened it. */
  id: z.string(),
  cluster: z.string(),
  cause: z.enum(['planned', 'crash', 'released', 'blip', 'unknown']),
  /** The newest sentence about it. */
  says: z.string(),
  evidence: z.array(z.string()),
  from: z.string().optional(),
  to: z.string().optional(),
  timelineBefore: z.number().optional(),
  timelineAfter: z.number().optional(),
  openedAtMs: z.number(),
  lostAtMs: z.number().optional(),
  ledAtMs: z.number().optional(),
  provenAtMs: z.number().optional(),
  membersBackAtMs: z.number().optional(),
  resolvedAtMs: z.number().optional(),
  /** What the last attempt to prove the new leader, or to see the members, came to. */
  waitsFor: z.string().optional(),
  outcome: z.string().optional(),
  replayed: z.boolean(),
  /** False while the store could not be written. */
  recorded: z.boolean(),
  channel: z.string(),
  ts: z.string().optional(),
});
export type Incident = z.output<typeof Incident>;
