import type { PoolerHands } from './pooler-hands.ts';

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
    /** `POST /failover` at the REST API of the candidate. Never rejects for an HTTP status. @throws as `switchover`. */
    failover(cluster: string, request: { readonly candidate: string }, signal: AbortSignal): Promise<SwitchoverAnswer>;
  };
  readonly hosts: {
    /** @throws TrunklineError with the end of stderr when the command fails or the host does not answer. */
    run(cluster: string, member: string, command: HostCommand, signal: AbortSignal): Promise<{ readonly stdout: string }>;
    /**
     * Takes a claim on a member's host by an atomic mkdir: once in the life of the host.
     * @throws Unreachable when it is not known whether it was taken.
     */
    claim(cluster: string, member: string, id: string, signal: AbortSignal): Promise<'ours' | 'taken'>;
    /** Long work that outlives the connection and the worker: started once, found again by its claim, ended whole. */
    readonly unit: UnitHands;
  };
  readonly poolers: PoolerHands;
  readonly proxies: {
    /** Tells each HAProxy with a runtime socket; resolves with their names. @throws TrunklineError, also when one only was not told. */
    lead(cluster: string, of: { readonly leader: string; readonly old: string }, signal: AbortSignal): Promise<readonly string[]>;
  };
}

export interface UnitHands {
  /**
   * 'ours' once in the life of the host, then 'taken' for ever.
   * @throws TrunklineError when it did not start, or when that is not known.
   */
  start(cluster: string, member: string, spec: HostUnit, signal: AbortSignal): Promise<'ours' | 'taken'>;
  /** `vanished`: it was started, and neither runs nor has a result, as after a power cut. */
  status(cluster: string, member: string, claim: string, signal: AbortSignal): Promise<HostUnitStatus>;
  /** At most 256 KiB of what it said, after the cursor `since`, redacted; `more` when there is more already. */
  log(
    cluster: string,
    member: string,
    asked: { readonly claim: string; readonly since?: string | undefined },
    signal: AbortSignal,
  ): Promise<{ readonly lines: readonly string[]; readonly cursor?: string | undefined; readonly more: boolean }>;
  /** Ends all of its processes; the status is that after they are gone. @throws Unreachable when some stay. */
  kill(cluster: string, member: string, claim: string, signal: AbortSignal): Promise<HostUnitStatus>;
}

/** Long work of the closed list of `hosts/unit-commands.ts`. */
export interface HostUnit {
  /** Unique for run and step; the unit is named after it. */
  readonly claim: string;
  /** It is ended after so long, whether or not anybody watches. */
  readonly withinMs: number;
  /** A copy of another server's data directory to `<data directory>.<suffix>`, with the WAL kept by a slot there. */
  readonly command: {
    readonly name: 'base backup';
    readonly from: { readonly host: string; readonly port: number; readonly user: string };
    readonly slot: string;
    readonly maxRateKibPerSecond: number;
    readonly suffix: string;
  };
}

export type HostUnitStatus =
  | { readonly state: 'absent' | 'running' | 'vanished' }
  /** 143 and 137 mean that it was ended by TERM and KILL. */
  | { readonly state: 'ended'; readonly exitCode: number };

/** The closed list of `hosts/` as far as acts use it; `compose/remote-of.ts` says what each is on a host. `since` is UNIX time in whole seconds. */
export type HostCommand =
  | { readonly name: 'checkpoint' }
  /** systemd waits until it is done; `enable` and `disable` say whether it starts at boot. */
  | {
      readonly name: 'service';
      readonly service: 'patroni' | 'postgres';
      readonly verb: 'start' | 'stop' | 'enable' | 'disable';
    }
  | { readonly name: 'patroni log'; readonly lines: number; readonly since: number };

/** How the Patroni client reads the answer to `POST /switchover`. */
export interface SwitchoverAnswer {
  /** `refused`: Patroni did nothing and will do nothing. `unknown`: it may still happen, so it must not be asked again. */
  readonly meaning: 'done' | 'done-other' | 'scheduled' | 'refused' | 'unknown';
  /** Patroni's own words, one line. */
  readonly text: string;
}
