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
