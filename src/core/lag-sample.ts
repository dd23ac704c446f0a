import type { Lsn } from './lsn.ts';

/** One reading of every standby's lag, as seen by the primary. */
export interface LagSample {
  readonly atMs: number;
  /** Who was the primary then, how far its WAL had come, and how many clients it had. */
  readonly primary?: { readonly name: string; readonly writeLsn?: Lsn; readonly clientConnections?: number };
  /** Standby name -> bytes and milliseconds behind at replay; absent value: not streaming. */
  readonly replay: Readonly<Record<string, { readonly bytes: number; readonly ms: number } | undefined>>;
}
