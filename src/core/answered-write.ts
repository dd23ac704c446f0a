/** The last write that the write probe of a cluster was confirmed, by whoever took it. */
export interface AnsweredWrite {
  /** Epoch milliseconds at which it was confirmed. */
  readonly atMs: number;
  readonly systemId: string;
  readonly timeline: number;
  /** Start of the postmaster that took it, epoch milliseconds: tells servers apart whatever their addresses are. */
  readonly postmasterStartedAtMs: number;
  /** The address that it went through: `10.0.0.100:5000`. */
  readonly through: string;
}
