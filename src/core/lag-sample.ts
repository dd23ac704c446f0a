/** One reading of every standby's lag, as seen by the primary. */
export interface LagSample {
  readonly atMs: number;
  /** Standby name -> bytes and milliseconds behind at replay; absent value: not streaming. */
  readonly replay: Readonly<Record<string, { readonly bytes: number; readonly ms: number } | undefined>>;
}
