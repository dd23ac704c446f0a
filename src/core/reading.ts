/** One fact that was asked for just now, or why it could not be had; never a cached one. */
export type Reading<T> = Read<T> | NotRead;

export interface Read<T> {
  readonly ok: true;
  readonly value: T;
  /** Where it came from, in a few words: `SQL on pg1`, `GET http://10.0.0.11:8008/patroni`. */
  readonly source: string;
  /** Epoch milliseconds at which the answer arrived. */
  readonly atMs: number;
}

export interface NotRead {
  readonly ok: false;
  /** A lowercase clause: `no answer within 2 s`. */
  readonly why: string;
  /** What answered all the same: the host, that nobody listens there; or the server, though not with the fact. Absent: nothing did. */
  readonly reached?: 'host' | 'server';
  readonly source: string;
  readonly atMs: number;
}

/** The value of a reading, or `undefined` when there is none. */
export function known<T>(reading: Reading<T> | undefined): T | undefined {
  return reading?.ok ? reading.value : undefined;
}
