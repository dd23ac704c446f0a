import type { Reading } from './reading.ts';

/** What one host sees of another host's PostgreSQL and Patroni. */
export interface Sighting {
  /** The host that was asked to look. */
  readonly from: string;
  readonly seen: Reading<Seen>;
}

export interface Seen {
  /** By pg_isready(1): a server that rejects connections (starting, stopping, full) lives all the same. */
  readonly postgres: 'accepts' | 'rejects' | 'silent';
  /** Whether anything answers at Patroni's REST port. */
  readonly rest: 'answers' | 'silent';
}

/** Who holds the leader key, and how long its lease still lives unless it is renewed. Both absent: nobody does. */
export interface LeaderLease {
  readonly holder?: string;
  readonly leftS?: number;
}
