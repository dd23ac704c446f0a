import type { DcsRevision, DcsSnapshot } from '../core/dcs-change.ts';
import type { Incident, LeaderChange } from '../core/incident.ts';
import type { IncidentPost } from '../core/incident-act.ts';
import type { JsonObject } from '../core/json.ts';
import type { Message } from '../core/message.ts';
import type { Page, PageResult } from '../core/page.ts';
import type { LeaderLooks, LossMeasures } from './loss-ports.ts';
import type { Severity } from '../core/severity.ts';
import type { Signal } from '../core/signal.ts';
import type { Silence } from '../core/silence.ts';
import type { SituationName } from '../core/situation-name.ts';

/** Slack as the alerts need it. Each waits as long as Slack's Retry-After says and throws when the outcome is not known. */
export interface AlertChat {
  post(message: {
    readonly channel: string;
    readonly message: Message;
    readonly threadTs?: string;
    /** For messages that tell a signal. */
    readonly metadata?: SignalMetadata;
    /** Asked just before each try; throws without trying when it says no. */
    readonly stillWanted?: () => Promise<boolean>;
  }): Promise<Posted>;
  update(message: { readonly channel: string; readonly ts: string; readonly message: Message }): Promise<void>;
  /** Looks through the channel, these threads of it and the newest ones about the cluster for the message that tells the signal. */
  findPosted(
    channel: string,
    signal: Told,
    threads: readonly string[],
  ): Promise<(Posted & { readonly threadTs?: string }) | undefined>;
  /** The address of a message, where it can be had. */
  permalink?(posted: Posted): Promise<string | undefined>;
}
export interface Posted {
  readonly channel: string;
  readonly ts: string;
}
export interface SignalMetadata {
  readonly event_type: 'trunkline_signal';
  readonly event_payload: { readonly id: string; readonly about: string };
}
/** What a message tells, and of which cluster. */
type Told = Pick<Signal, 'id' | 'cluster'>;
export const metadataOf = ({ id, cluster }: Told): SignalMetadata => ({
  ...{ event_type: 'trunkline_signal', event_payload: { id, about: cluster } },
});

/** One etcd cluster's scopes under one prefix. */
export interface DcsSource {
  /** The same in every bot: the etcd cluster's configured name and the prefix. */
  readonly name: string;
  read(): Promise<DcsSurvey>;
  /** Follows from a revision on, after a `read`. Returns what stops it. */
  follow(
    from: { readonly next: number; readonly clusterId: string },
    handlers: {
      deliver(revision: DcsRevision): void;
      resync(cause: { readonly why: string; readonly compactRevision?: number }): Promise<DcsSurvey>;
      /** The stream stands, or was cut. */
      connected?(isConnected: boolean): void;
    },
  ): () => Promise<void>;
}
/** Every scope at one revision. */
export interface DcsSurvey {
  readonly revision: number;
  readonly clusterId: string;
  readonly scopes: readonly DcsSnapshot[];
}

/** Processed revisions and signals, kept. */
export interface SignalStore {
  position(watch: string): Promise<
    | {
        readonly revision: number;
        readonly clusterId: string;
        readonly atMs: number;
        /** Signals of a time without a watch that is caught up by then, while it is; its beginning is `atMs`. */
        readonly awayTold?: number;
        readonly states: Readonly<Record<string, JsonObject>>;
      }
    | undefined
  >;
  commit(commit: {
    readonly watch: string;
    readonly clusterId: string;
    readonly revision: number;
    readonly atMs: number;
    readonly awayTold?: number;
    readonly states: Readonly<Record<string, JsonObject>>;
    readonly signals: readonly Signal[];
  }): Promise<readonly SignalClaim[]>;
  told(id: string, where: Posted): Promise<void>;
  takeOver(): Promise<readonly SignalClaim[]>;
  renew(incidents: readonly string[]): Promise<readonly string[]>;
  claim(incident: string): Promise<boolean>;
  /** No more signals join it. With `ifNothingHeld` it says false, and does nothing, while a condition of it lasts. */
  close(cluster: string, incident: string, how?: { readonly ifNothingHeld: boolean }): Promise<boolean | undefined>;
}
/** The bots of one store. */
export interface PeerStore {
  /** Shows that this bot lives; its place among those that do, 0 for the first. */
  beat(): Promise<number>;
}
export interface SignalClaim {
  readonly signal: Signal;
  readonly incident: string;
  readonly verdict: 'ours' | 'theirs' | 'told';
  readonly again: boolean;
  /** Another bot that lives may be posting it just now. */
  readonly isInDoubt?: boolean;
  /** Ids of what must be told before it by this bot. */
  readonly after?: readonly string[];
}

export interface IncidentStore {
  save(incident: Incident): Promise<void>;
  load(id: string): Promise<Incident | undefined>;
  open(): Promise<readonly Incident[]>;
  changed(change: LeaderChange): Promise<void>;
}

/** What people and the store have done to incidents, for their owner to fold in. */
export interface ActStore {
  /** Of each incident what came after the first `folded`; `undefined` for what this release does not know. */
  since(
    wanted: readonly { readonly incident: string; readonly folded: number }[],
  ): Promise<readonly { readonly incident: string; readonly acts: readonly (IncidentPost | undefined)[] }[]>;
}

export interface SilenceStore {
  /** Those that have not ended. */
  list(): Promise<readonly Silence[]>;
}

/** What SQL on the member says: primary, on which timeline; and the commit time of the last transaction that it replayed as a standby. */
export type Proof =
  | { readonly primary: true; readonly timeline: number; readonly lastReplayedAtMs?: number }
  | { readonly primary: false; readonly why: string };
/** Whether the cluster's members stream from its leader again; `back` names those that do. */
export type Streaming = ({ readonly all: true; readonly says: string } | { readonly all: false; readonly waitsFor: string }) & {
  readonly back?: readonly string[];
};

/** What the alerts ask of the rest of Trunkline. */
export interface AlertFacts {
  /** Asks the member by SQL; never rejects. */
  prove(cluster: string, leader: string): Promise<Proof>;
  readonly looks?: LeaderLooks;
  readonly measures?: LossMeasures;
  /** False for a cluster that is not in the configuration (any more). */
  knows?(cluster: string): boolean;
  /** Who holds the leader key by the watch of its DCS; `undefined` while that is cut. */
  holder?(cluster: string): string | undefined;
  /** Never rejects. */
  streaming(cluster: string, leader: string): Promise<Streaming>;
  /** The run of ours that is switching this cluster from this leader (to this one, leaving this timeline) just now. */
  ourRun(change: {
    readonly cluster: string;
    readonly from: string;
    readonly to?: string;
    readonly timeline?: number;
  }): Promise<string | undefined>;
  /** Says it in the run's own thread, once for each signal. */
  tellRun(run: string, signal: Signal, message: Message): Promise<Posted>;
}

/** Webhooks, PagerDuty, e-mail: each target by its configured name. */
export interface Paging {
  /** Never rejects; each target has its own tries and time. */
  tell(page: Page, targets: readonly string[]): Promise<readonly PageResult[]>;
}

/** Whom an incident is told, by the configuration. */
export interface Route {
  readonly channel: string;
  /** Slack user groups (S...) and people (U...) who are named in the first message. */
  readonly mention: readonly string[];
  /** Targets that are told at once, beside Slack. */
  readonly targets: readonly string[];
  /** Targets that are told when Slack has not taken the first message within the time. */
  readonly backup: { readonly targets: readonly string[]; readonly afterMs: number };
  /** When nobody acknowledges, one after the other; times from the opening. */
  readonly escalation: readonly {
    readonly afterMs: number;
    readonly mention: readonly string[];
    readonly targets: readonly string[];
  }[];
}
export interface Routing {
  routeOf(
    about: { readonly cluster: string; readonly severity: Severity; readonly situation: SituationName },
    atMs: number,
  ): Route;
}
