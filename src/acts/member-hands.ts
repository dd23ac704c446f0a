/** What Patroni on one member can be asked to do with its own PostgreSQL. Never rejects for an HTTP status. */
export interface MemberHands {
  /** `POST /restart` at the member itself (Patroni docs/rest_api.rst). */
  restart(
    cluster: string,
    request: {
      readonly member: string;
      /** Patroni refuses when the member has another role by then. */
      readonly role?: 'replica';
      /** Patroni refuses when no restart is pending. */
      readonly onlyPending?: boolean;
      /** Of a leader: fail over when it takes longer to start. */
      readonly startWithinS?: number;
    },
    signal: AbortSignal,
  ): Promise<MemberAnswer>;
  /** `POST /reload`. */
  reload(cluster: string, member: string, signal: AbortSignal): Promise<MemberAnswer>;
  /** `POST /reinitialize`: discards the member's data directory. */
  reinitialize(
    cluster: string,
    request: { readonly member: string; readonly force: boolean },
    signal: AbortSignal,
  ): Promise<MemberAnswer>;
}

/** How the Patroni client reads the answer of a member. */
export interface MemberAnswer {
  /** `refused`: nothing was and will be done. `unknown`: it may still happen, so it must not be asked again. */
  readonly meaning: 'done' | 'refused' | 'unknown';
  /** Patroni's own words, one line. */
  readonly text: string;
}
