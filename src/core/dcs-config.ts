/** The dynamic configuration, with Patroni's documented defaults filled in (docs/dynamic_configuration.rst). */
export interface DcsConfig {
  readonly ttlS: number;
  readonly loopWaitS: number;
  readonly retryTimeoutS: number;
  readonly maximumLagOnFailoverBytes: number;
  readonly checkTimeline: boolean;
  readonly synchronousMode: 'off' | 'on' | 'quorum';
  readonly synchronousModeStrict: boolean;
  readonly failsafeMode: boolean;
  readonly paused: boolean;
  readonly standbyCluster: boolean;
  /** postgresql.use_pg_rewind; absent where the DCS does not say it, as Patroni's default is off. */
  readonly usePgRewind?: boolean;
  /** `postgresql.parameters` as text; absent when none is set. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Of `postgresql.parameters` those that size shared memory, as text; absent when none is set. */
  readonly sharedMemory?: Readonly<Record<string, string>>;
  /** Seconds that a leader may take to start before Patroni fails over; absent when it is not set (300 then). */
  readonly primaryStartTimeoutS?: number;
}
