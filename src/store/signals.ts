import { z } from 'zod';
import { type JsonObject, JsonObjectSchema } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import { isUnplannedChange, leavesLeaderless, opens, type Signal } from '../core/signal.ts';
import { type Claim, claimsOf, readableClaims } from './claim-rows.ts';
import type { Client } from './client.ts';
import { CLOSE_LUA, COMMIT_LUA, GIVE_LUA, RENEW_LUA, TAKE_LUA, TOLD_LUA } from './signals-lua.ts';
import { script } from './script.ts';

/** Up to where one watch has processed its etcd cluster, and every cluster's state there. */
export interface WatchPosition {
  readonly revision: number;
  readonly clusterId: string;
  readonly atMs: number;
  /** Signals of the time without a watch that was being caught up; 0 when there was none. */
  readonly awayTold: number;
  readonly states: Readonly<Record<string, JsonObject>>;
}

export interface SignalCommit {
  /** Names the watch, the same in every bot: the etcd cluster's configured name and the prefix. */
  readonly watch: string;
  readonly clusterId: string;
  readonly revision: number;
  readonly atMs: number;
  /** 0 when absent. */
  readonly awayTold?: number;
  /** The states, by cluster, that changed since the last commit. */
  readonly states: Readonly<Record<string, JsonObject>>;
  readonly signals: readonly Signal[];
}

/** Processed revisions, the signals that they made, and who tells them. */
export interface Signals {
  position(watch: string): Promise<WatchPosition | undefined>;
  /**
   * One atomic call: position and states move on (never back within one etcd cluster), each new signal is kept, put into the
   * outbox and tied to its incident (its cluster's, or the one that provides a root of its condition), and the incident is claimed for
   * this bot when nobody holds it. An incident whose
   * owner died with signals untold is left to `takeOver`, which hands them out in order.
   */
  commit(commit: SignalCommit): Promise<readonly Claim[]>;
  /** The signal stands in an accepted message; out of the outbox. */
  told(id: string, where: { readonly channel: string; readonly ts: string }): Promise<void>;
  /**
   * Claims the untold signals whose owner died, oldest first; with them those that are this bot's already. What a newer release wrote and
   * this one does not understand is given back, with what comes after it of the same cluster.
   */
  takeOver(): Promise<readonly Claim[]>;
  /** Keeps the claims on incidents alive; the ones that are lost are returned. */
  renew(incidents: readonly string[]): Promise<readonly string[]>;
  /** A claim on one incident: true when it is ours. */
  claim(incident: string): Promise<boolean>;
  /** No more signals join this incident. With `ifNothingHeld` it says false, and does nothing, while a condition of it lasts. */
  close(cluster: string, incident: string, how?: { readonly ifNothingHeld: boolean }): Promise<boolean>;
}

export interface SignalsOptions {
  /** The configured prefix of all keys. */
  readonly prefix: string;
  /** Unique to this process. */
  readonly bot: string;
  /** Milliseconds after which a silent owner's incidents may be taken over. */
  readonly ownerMs?: number;
  /** So many unplanned changes of a cluster's leader within that time become one incident; never when absent. */
  readonly flapping?: { readonly changes: number; readonly withinMs: number };
  readonly log?: Log | undefined;
}

const Position = z
  .object({ revision: z.coerce.number(), clusterId: z.string(), atMs: z.coerce.number(), away: z.string().default('') })
  .transform(({ away, ...position }) => {
    // A bot of an older release moves the position on and leaves this one behind.
    const [told, atMs] = away.split(' ').map(Number);
    return { ...position, awayTold: atMs === position.atMs ? (told ?? 0) : 0 };
  });

export function createSignals(redis: Client, { prefix, bot, ownerMs = 6000, flapping, log }: SignalsOptions): Signals {
  const base = `{${prefix}}`;
  const watchKey = (watch: string) => `${base}:watch:${watch}`;
  const statesKey = (watch: string) => `${base}:states:${watch}`;
  const commitScript = script(redis, COMMIT_LUA);
  const toldScript = script(redis, TOLD_LUA);
  const renewScript = script(redis, RENEW_LUA);
  const closeScript = script(redis, CLOSE_LUA);
  const outbox = `${base}:outbox`;
  const limits = [flapping?.changes ?? 0, flapping?.withinMs ?? 0];

  const renew = async (incidents: readonly string[]) => {
    if (incidents.length === 0) return [];
    return z.array(z.string()).parse(await renewScript([outbox], [base, bot, ownerMs, ...incidents]));
  };
  return {
    async position(watch) {
      const found = Position.safeParse(await redis.hgetall(watchKey(watch)));
      if (!found.success) return undefined;
      const states = await redis.hgetall(statesKey(watch));
      const parsed = Object.entries(states).map(([name, text]) => [name, JsonObjectSchema.parse(JSON.parse(text))] as const);
      return { ...found.data, states: Object.fromEntries(parsed) };
    },
    async commit({ watch, clusterId, revision, atMs, awayTold = 0, states, signals }) {
      const pairs = Object.entries(states).flatMap(([name, state]) => [name, JSON.stringify(state)]);
      const rows = signals.flatMap(rowOf);
      const reply = await commitScript(
        [watchKey(watch), statesKey(watch), outbox],
        [base, bot, ownerMs, clusterId, revision, atMs, ...limits, pairs.length / 2, ...pairs, signals.length, ...rows, awayTold],
      );
      return claimsOf(reply, signals);
    },
    async told(id, { channel, ts }) {
      await toldScript([outbox], [base, id, channel, ts]);
    },
    takeOver: takeOverOf(redis, { base, bot, ownerMs, log }),
    renew,
    claim: async (incident) => (await renew([incident])).length === 0,
    close: async (cluster, incident, { ifNothingHeld } = { ifNothingHeld: false }) =>
      (await closeScript([`${base}:open:${cluster}`], [incident, base, flag(ifNothingHeld)])) === 1,
  };
}

function takeOverOf(
  redis: Client,
  {
    base,
    bot,
    ownerMs,
    log,
  }: Required<Pick<SignalsOptions, 'bot' | 'ownerMs'>> & Pick<SignalsOptions, 'log'> & { readonly base: string },
): Signals['takeOver'] {
  const takeScript = script(redis, TAKE_LUA);
  const giveScript = script(redis, GIVE_LUA);
  const outbox = `${base}:outbox`;
  return async () => {
    const { claims, left } = readableClaims(await takeScript([outbox], [base, bot, ownerMs]));
    if (left.length > 0) {
      log?.warn('signals of a newer release are left to a bot of that', { incidents: left });
      await giveScript([outbox], [base, bot, ...left]);
    }
    return claims;
  };
}

/** What COMMIT_LUA takes of one signal. */
function rowOf(signal: Signal): readonly string[] {
  const { id, cluster, kind, run = '' } = signal;
  return [
    ...[id, cluster, JSON.stringify(signal), flag(opens(signal)), flag(leavesLeaderless(signal))],
    ...[epochOf(signal), run, flag(kind === 'missed'), leaderIn(signal, 'silent'), leaderIn(signal, 'heard')],
    leadershipOf(signal),
    ...conditionIn(signal),
    ...[isUnplannedChange(signal) ? counting(signal) : '0', String(signal.atMs)],
  ];
}

/** Raised, worsened or cleared, its key, the roots that it joins and provides, and how often it has worsened. */
function conditionIn({ kind, condition, provides = [] }: Signal): readonly string[] {
  if (!condition) return ['', '', '[]', JSON.stringify(provides), '0'];
  const { key, joins, rises = 0 } = condition;
  return [kind, key, JSON.stringify(joins), JSON.stringify(condition.provides), String(rises)];
}

/** A name written over another's comes with the loss that it follows, or counts by itself. */
const counting = ({ kind }: Signal): string => (kind === 'overwritten' ? 'alone' : '1');

const flag = (value: boolean): string => (value ? '1' : '0');

/** A promotion leaves one timeline for good: seen live or read from Patroni's history, it is the same change. */
function epochOf(signal: Signal): string {
  const promotes = signal.kind === 'missed' || (signal.kind === 'led' && signal.cause !== 'blip');
  return promotes && signal.timeline !== undefined ? `${signal.cluster}:${signal.timeline}` : '';
}

/** Which leadership a silence is about: the ids of probes name it, and the minute of the bot that probed. */
function leadershipOf({ id }: Signal): string {
  return id.replace(/-silent-.*$/, '');
}

/** The leader that a signal of this kind is about; empty for the other kinds. */
function leaderIn({ kind, from }: Signal, wanted: Signal['kind']): string {
  return kind === wanted ? (from ?? '') : '';
}
