/** What acts need of the outside; `app.ts` composes it from the Patroni client and the hosts, in the worker alone. */
export interface Hands {
  /** Epoch milliseconds. */
  now(): number;
  readonly patroni: {
    /**
     * `POST /switchover` at the REST API of the leader (Patroni docs/rest_api.rst). Never rejects for an HTTP status.
     * @throws TrunklineError when the request certainly was not sent.
     */
    switchover(
      cluster: string,
      request: { readonly leader: string; readonly candidate: string },
      signal: AbortSignal,
    ): Promise<SwitchoverAnswer>;
  };
  readonly hosts: {
    /** @throws TrunklineError with the end of stderr when the command fails or the host does not answer. */
    run(cluster: string, member: string, command: HostCommand, signal: AbortSignal): Promise<{ readonly stdout: string }>;
    /**
     * Takes a claim on a member's host by an atomic mkdir: once in the life of the host.
     * @throws Unreachable when it is not known whether it was taken.
     */
    claim(cluster: string, member: string, id: string, signal: AbortSignal): Promise<'ours' | 'taken'>;
  };
}

/** The closed list of `hosts/remote-commands.ts` as far as acts use it. `since` is UNIX time in whole seconds. */
export type HostCommand =
  | { readonly name: 'checkpoint' }
  | { readonly name: 'patroni log'; readonly lines: number; readonly since: number };

/** How the Patroni client reads the answer to `POST /switchover`. */
export interface SwitchoverAnswer {
  /** `refused`: Patroni did nothing and will do nothing. `unknown`: it may still happen, so it must not be asked again. */
  readonly meaning: 'done' | 'done-other' | 'scheduled' | 'refused' | 'unknown';
  /** Patroni's own words, one line. */
  readonly text: string;
}
