import type { Lsn } from './lsn.ts';
import type { IdentifiedSystem } from './upstream.ts';

/** What a host says of its PostgreSQL without asking PostgreSQL: its services, its process, its control file. */
export interface Server {
  readonly patroni: Service;
  /** The unit that runs PostgreSQL where Patroni does not. */
  readonly postgres: Service;
  /** By pg_ctl status: whether a postmaster runs in the data directory. */
  readonly process: 'running' | 'stopped' | 'no data directory';
  /** There is a standby.signal, so that a start makes a standby; absent where that could not be seen. */
  readonly standbySignal?: boolean;
  /** Whether postgres may write into the data directory; false on a file system that is read-only or gone, absent where it was not seen. */
  readonly isDataWritable?: boolean;
  /** What a standby says that it replays (IDENTIFY_SYSTEM); absent where it was not asked or refuses. */
  readonly replays?: IdentifiedSystem;
  /** Absent where there is no data directory or its control file can not be read. */
  readonly control?: ControlData;
}

/** A unit of systemd, in its own words (systemctl(1), systemd.unit(5)). */
export interface Service {
  /** `not-found`: there is no such unit. */
  readonly load: string;
  /** active, inactive, activating, deactivating, failed. */
  readonly active: string;
  /** enabled, disabled, masked, ...; empty when there is no unit file. */
  readonly enabled: string;
}

/** pg_controldata(1). */
export interface ControlData {
  readonly systemId: string;
  /** `in production`, `shut down`, `shut down in recovery`, `in archive recovery`, `in crash recovery`. */
  readonly state: string;
  /** The record of the latest checkpoint; the end of the WAL of a server that was shut down as a primary. */
  readonly checkpointLsn: Lsn;
  readonly redoLsn: Lsn;
  readonly timeline: number;
  readonly previousTimeline: number;
  /** How far a standby must replay before it is consistent, and on which timeline; 0 where it was none. */
  readonly minRecoveryLsn: Lsn;
  readonly minRecoveryTimeline: number;
  readonly fullPageWrites: boolean;
  readonly walLogHints: boolean;
  readonly dataChecksums: boolean;
  readonly walSegmentBytes: number;
}
