import { z } from 'zod';
import { Condition } from './condition.ts';

/** One observed change, of a cluster's leader or of a condition, as it is stored and told. */
export const Signal = z.object({
  /** Derived from the etcd cluster, the revision and the cluster, so that observing it again yields the same id. */
  id: z.string(),
  /** The cluster's name; for what is wrong with an etcd itself `etcd NAME`. */
  cluster: z.string(),
  /** The etcd revision; 0 when it was not etcd that showed it. */
  revision: z.number(),
  /** Epoch milliseconds when this process observed it. */
  atMs: z.number(),
  kind: z.enum([
    'lost',
    'led',
    'overwritten',
    'crashed',
    'restarted',
    'silent',
    'heard',
    'missed',
    'overdue',
    'raised',
    'worsened',
    'cleared',
  ]),
  cause: z.enum(['planned', 'crash', 'released', 'blip', 'unknown', 'condition']),
  /** Of the kinds `raised`, `worsened` and `cleared` (whose cause is `condition`), and of no other. */
  condition: Condition.optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  /** The timeline before the change. */
  timeline: z.number().optional(),
  /** A sentence. */
  says: z.string(),
  /** What was seen that makes it so. */
  evidence: z.string().optional(),
  /** It happened while nobody watched and is told late. */
  replayed: z.boolean().optional(),
  /** Roots that its incident provides beside `cluster:NAME`, for the conditions that follow from it: `host:ADDRESS` of a lost leader. */
  provides: z.array(z.string()).optional(),
  /** So many leader changes there were within the configured time, where they are too many: it is one of a leader that flaps. */
  flapping: z.number().optional(),
  /** The run of ours whose plan it is; told in that run's thread and nowhere else. */
  run: z.string().optional(),
});
export type Signal = z.output<typeof Signal>;

/**
 * A signal that finds no incident to join opens one; these open one even beside an incident that has a new leader already. A name that is
 * written over that of the new leader, as an old one does that comes back, belongs to the change that is not over.
 */
export function opens(signal: Signal): boolean {
  return !['led', 'restarted', 'heard', 'cleared', 'overwritten'].includes(signal.kind);
}

/**
 * True when the cluster is without a working leader after the signal, so that what comes next belongs to the same incident. Who wrote its
 * name over another's need not be a primary.
 */
export function leavesLeaderless(signal: Signal): boolean {
  return ['lost', 'crashed', 'silent', 'overdue', 'overwritten'].includes(signal.kind);
}

/** Counts towards flapping: an unplanned loss of the leader, seen as it happened. A request by people is no sign of trouble. */
export function isUnplannedChange({ kind, cause, replayed, run }: Signal): boolean {
  if (replayed || run !== undefined || cause === 'planned') return false;
  return kind === 'lost' || kind === 'overwritten' || kind === 'restarted';
}
