import type { PoolerHands } from './pooler-hands.ts';
import type { MemberHands } from './member-hands.ts';
import type { JsonObject } from '../core/json.ts';
import type { StandbyCommand } from './standby-hands.ts';

/** What acts need of the outside; `app.ts` composes it from the Patroni client and the hosts, in the worker alone. */
export interface Hands {
  /** Epoch milliseconds. */
  now(): number;
  /** Rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
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
    /** The dynamic configuration and what is scheduled, through the REST API of one member. */
    readonly rest: RestHands;
    /** `POST /failover` at the REST API of the candidate. Never rejects for an HTTP status. @throws as `switchover`. */
    failover(cluster: string, request: { readonly candidate: string }, signal: AbortSignal): Promise<SwitchoverAnswer>;
  };
  readonly members: MemberHands;
  readonly hosts: {
    /** @throws TrunklineError with the end of stderr when the command fails or the host does not answer. */
    run(cluster: string, member: string, command: HostCommand, signal: AbortSignal): Promise<{ readonly stdout: string }>;
    /**
     * Takes a claim on a member's host by an atomic mkdir: once in the life of the host.
     * @throws Unreachable when it is not known whether it was taken.
     */
    claim(cluster: string, member: string, id: string, signal: AbortSignal): Promise<'ours' | 'taken'>;
    /** What was written into a claim, `''` when nothing was; `undefined` when nobody has it. */
    claimResult(cluster: string, member: string, id: string, signal: AbortSignal): Promise<string | undefined>;
    /** Writes a word into a claim unless there is one: the first one stays, so it must be read again. */
    settleClaim(cluster: string, member: string, id: string, text: string, signal: AbortSignal): Promise<void>;
    /** Long work that outlives the connection and the worker: started once, found again by its claim, ended whole. */
    readonly unit: UnitHands;
  };
  readonly poolers: PoolerHands;
  readonly proxies: {
    /** Tells each HAProxy with a runtime socket; resolves with their names. @throws TrunklineError, also when one only was not told. */
    lead(cluster: string, of: { readonly leader: string; readonly old: string }, signal: AbortSignal): Promise<readonly string[]>;
  };
}

/** `via`: the member whose REST API is asked. The changes never reject for an HTTP status. @throws Refusal for no such cluster or member. */
export interface RestHands {
  /** The dynamic configuration as the DCS holds it now, without what may hold a secret. @throws Unreachable. */
  config(cluster: string): Promise<JsonObject>;
  /** `PATCH /config`; a null takes a key out. */
  patchConfig(cluster: string, via: string, patch: JsonObject, signal: AbortSignal): Promise<RestAnswer>;
  /** `DELETE /switchover`: clears the scheduled one. */
  clearSwitchover(cluster: string, via: string, signal: AbortSignal): Promise<RestAnswer>;
  /** `DELETE /restart`: clears the member's own scheduled one. */
  clearRestart(cluster: string, via: string, signal: AbortSignal): Promise<RestAnswer>;
}

/** How the Patroni client reads the answer to a change of the configuration or of what is scheduled. */
export interface RestAnswer {
  /** `refused`: nothing was or will be done. `unknown`: it may have been done, so it must not be asked again. */
  readonly meaning: 'done' | 'refused' | 'unknown';
  /** Patroni's own words, one line. */
  readonly text: string;
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
  readonly command: BaseBackupUnit | RewindUnit | RestoreUnit | RecoverUnit;
}

/** A copy of another server's data directory to `<data directory>.<suffix>`, with the WAL kept by a slot there. */
export interface BaseBackupUnit {
  readonly name: 'base backup';
  readonly from: { readonly host: string; readonly port: number; readonly user: string };
  readonly slot: string;
  readonly maxRateKibPerSecond: number;
  readonly suffix: string;
  /** The password is in the standby's own file, which stays. */
  readonly login?: 'kept';
}

/** pg_rewind of the member's own data directory to another member, as the configured `rewind` role. */
export interface RewindUnit {
  readonly name: 'rewind';
  readonly source: string;
  /** `dry-run` writes nothing. */
  readonly how: 'dry-run' | 'progress';
  /** Fetches WAL that is gone by the member's own restore_command. */
  readonly restoreWal: boolean;
}

/** A backup of the configured stanza of pgBackRest over the member's own data directory. */
export interface RestoreUnit {
  readonly name: 'restore backup';
  readonly set: string;
}

/** Recovery of what was restored, up to the end of the backup; then the server shuts down. */
export interface RecoverUnit {
  readonly name: 'recover backup';
}

export type HostUnitStatus =
  | { readonly state: 'absent' | 'running' | 'vanished' }
  /** 143 and 137 mean that it was ended by TERM and KILL. */
  | { readonly state: 'ended'; readonly exitCode: number };

/** The closed list of `hosts/` as far as acts use it; `compose/remote-of.ts` says what each is on a host. `since` is UNIX time in whole seconds. */
export type HostCommand =
  | StandbyCommand
  | { readonly name: 'checkpoint' }
  /** systemd waits until it is done; `enable` and `disable` say whether it starts at boot. */
  | {
      readonly name: 'service';
      readonly service: 'patroni' | 'postgres';
      readonly verb: 'start' | 'stop' | 'enable' | 'disable' | 'mask' | 'unmask';
    }
  /** standby.signal of a server that does not run: made, or taken away. */
  | { readonly name: 'mark standby' | 'unmark standby' }
  /** The same of one that may run: it stays what it is until it is started anew. */
  | { readonly name: 'mark running standby' }
  /** pg_ctl promote, of a standby that is not past this timeline. */
  | { readonly name: 'promote'; readonly timeline: number }
  /** Points a standby, running or not, to its primary. */
  | { readonly name: 'follow'; readonly connection: StandbyConnection }
  /** A physical slot that keeps WAL from now on, if there is none; dropped only when it is inactive. */
  | { readonly name: 'slot for a standby' | 'drop left slot'; readonly slot: string }
  | { readonly name: 'patroni log'; readonly lines: number; readonly since: number }
  /** Each prints `t` where exactly that backend or slot was there; `startedUs`: backend_start in microseconds since the epoch. */
  | { readonly name: 'terminate backend'; readonly pid: number; readonly startedUs: number }
  | { readonly name: 'cancel backend'; readonly pid: number; readonly startedUs: number; readonly queryStartedUs: number }
  | { readonly name: 'drop slot'; readonly slot: string; readonly kind: 'physical' | 'logical'; readonly restartLsn: string }
  /** In the member's patroni.yml; `drain` names the drain, and `undrain tags` fails where another one has set them. */
  | { readonly name: 'drain tags' | 'undrain tags'; readonly drain: string }
  /** Prints the claim of a rewind or a restore that was begun in this very data directory and may be half done; nothing where there was none. */
  | { readonly name: 'read rewind mark' }
  | { readonly name: 'mark rewind' | 'mark restore'; readonly claim: string }
  | { readonly name: 'delete rewind mark' }
  /** Copies the WAL files from the one named `from` on to `<data directory>.<suffix>`. */
  | { readonly name: 'keep wal'; readonly suffix: string; readonly from: string; readonly claim: string }
  /** Renames the data directory to `<data directory>.<suffix>`. */
  | { readonly name: 'set aside'; readonly suffix: string; readonly claim: string }
  | { readonly name: 'delete kept'; readonly suffix: string };

/** primary_conninfo and primary_slot_name of a standby; the password is in the file. */
export interface StandbyConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly passfile?: string | undefined;
  readonly sslMode?: string | undefined;
  readonly applicationName: string;
  readonly slot: string;
}

/** How the Patroni client reads the answer to `POST /switchover`. */
export interface SwitchoverAnswer {
  /** `refused`: Patroni did nothing and will do nothing. `unknown`: it may still happen, so it must not be asked again. */
  readonly meaning: 'done' | 'done-other' | 'scheduled' | 'refused' | 'unknown';
  /** Patroni's own words, one line. */
  readonly text: string;
}
