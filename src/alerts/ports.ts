import type { DcsRevision, DcsSnapshot } from '../core/dcs-change.ts';
import type { Incident, LeaderChange } from '../core/incident.ts';
import type { JsonObject } from '../core/json.ts';
import type { Message } from '../core/message.ts';
import type { Signal } from '../core/signal.ts';

/** Slack as the alerts need it. Each waits as long as Slack's Retry-After says and throws when the outcome is not known. */
export interface AlertChat {
  post(message: {
    readonly channel: string;
    readonly message: Message;
    readonly threadTs?: string;
    /** For messages that tell a signal: `{event_type: 'trunkline_signal', event_payload: {id}}`. */
    readonly metadata?: SignalMetadata;
    /** Asked just before each try; throws without trying when it says no. */
    readonly stillWanted?: () => Promise<boolean>;
  }): Promise<Posted>;
  update(message: { readonly channel: string; readonly ts: string; readonly message: Message }): Promise<void>;
  /** Looks through the channel (and, given its `threadTs`, that thread) for the message that tells the signal. */
  findPosted(channel: string, signalId: string, threadTs?: string): Promise<Posted | undefined>;
}
export interface Posted {
  readonly channel: string;
  readonly ts: string;
}
export interface SignalMetadata {
  readonly event_type: 'trunkline_signal';
  readonly event_payload: { readonly id: string };
}
export const metadataOf = (id: string): SignalMetadata => ({ event_type: 'trunkline_signal', event_payload: { id } });

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
        readonly states: Readonly<Record<string, JsonObject>>;
      }
    | undefined
  >;
  commit(commit: {
    readonly watch: string;
    readonly clusterId: string;
    readonly revision: number;
    readonly atMs: number;
    readonly states: Readonly<Record<string, JsonObject>>;
    readonly signals: readonly Signal[];
  }): Promise<readonly SignalClaim[]>;
  told(id: string, where: Posted): Promise<void>;
  takeOver(): Promise<readonly SignalClaim[]>;
  renew(incidents: readonly string[]): Promise<readonly string[]>;
  claim(incident: string): Promise<boolean>;
  close(cluster: string, incident: string): Promise<void>;
}
export interface SignalClaim {
  readonly signal: Signal;
  readonly incident: string;
  readonly verdict: 'ours' | 'theirs' | 'told';
  readonly again: boolean;
}

export interface IncidentStore {
  save(incident: Incident): Promise<void>;
  load(id: string): Promise<Incident | undefined>;
  open(): Promise<readonly Incident[]>;
  changed(change: LeaderChange): Promise<void>;
}

/** What SQL on the member says: primary, on which timeline. */
export type Proof = { readonly primary: true; readonly timeline: number } | { readonly primary: false; readonly why: string };
/** Whether the cluster's members stream from its leader again. */
export type Streaming = { readonly all: true; readonly says: string } | { readonly all: false; readonly waitsFor: string };

/** What the alerts ask of the rest of Trunkline. */
export interface AlertFacts {
  /** Asks the member by SQL; never rejects. */
  prove(cluster: string, leader: string): Promise<Proof>;
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
