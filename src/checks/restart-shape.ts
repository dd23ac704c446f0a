import type { Check } from '../core/check.ts';
import type { RestartOrder } from './shared-memory.ts';

/** A member to restart, and the start of its postmaster at the plan (0: not read, and then a check blocks). */
export interface Restarting {
  readonly name: string;
  readonly startedAtMs: number;
}

/** All that the plan of a restart needs to know. */
export interface RestartPreflight {
  readonly leader: string;
  readonly systemId: string;
  readonly timeline: number;
  readonly maxLagBytes: number;
  /** In the order of their restarts, one at a time. */
  readonly replicas: readonly Restarting[];
  /** Absent: the leader is not restarted. */
  readonly lead?: Restarting & {
    readonly by: 'in-place' | 'switchover';
    readonly when: 'first' | 'last';
    /** Who takes over, by switchover. */
    readonly target?: string;
  };
  /** Standbys that stream now, so that they must stream again. */
  readonly streaming: readonly string[];
  readonly archives: boolean;
  readonly hasProxies: boolean;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
  /** Only readers of the replicas notice, or writes stop, and why. */
  readonly harm: { readonly risk: 'interrupts-nothing' } | { readonly risk: 'interrupts-writes'; readonly riskReason: string };
  /** Of the leader, in its place. */
  readonly startWithinS: number;
}

/**
 * A leader that takes longer to start after its clean shutdown is failed over from, rather than after primary_start_timeout (300 s
 * unless set). It is sent as `timeout` of POST /restart.
 */
export const START_WITHIN_S = 60;

/** The leader's part, before it is known since when it runs. */
export type Lead = Omit<NonNullable<RestartPreflight['lead']>, 'startedAtMs'>;
/** Who restarts, and in which order. */
export interface Chosen {
  readonly replicas: readonly string[];
  readonly lead: Lead | undefined;
  readonly order: RestartOrder;
}
