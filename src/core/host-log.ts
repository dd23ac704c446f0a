/** A part of a log on a host, oldest line first. */
export interface HostLog {
  /** Where it was found: `the journal of patroni`, `/var/log/postgresql/postgresql-15-main.log`. */
  readonly from: string;
  readonly lines: readonly LogLine[];
}

export interface LogLine {
  /** As the log says it; absent on lines that go on from the one before. */
  readonly at?: string;
  /** On one line, without control characters, host and unit. */
  readonly text: string;
}

export interface LogAsked {
  readonly unit: 'patroni' | 'postgres';
  /** At most 500. */
  readonly lines: number;
  /** Epoch milliseconds. */
  readonly sinceMs: number;
}
