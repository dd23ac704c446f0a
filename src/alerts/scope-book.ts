import type { DcsChange, DcsRevision, DcsSnapshot } from '../core/dcs-change.ts';
import type { JsonObject } from '../core/json.ts';
import { JsonObjectSchema } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import type { Signal } from '../core/signal.ts';
import { diagnose, type Situation } from './diagnose.ts';
import { type Gap, findGap } from './gap.ts';
import type { DcsSurvey } from './ports.ts';
import { emptyState, foldScope, ScopeState, stateOf } from './scope-state.ts';
import { stateAfterGap } from './state-after-gap.ts';

export interface BookOptions {
  /** The cluster's name for a scope such as `/service/billing/`; undefined when it is not configured. */
  clusterOf(scope: string): string | undefined;
  /** False for a cluster that left the configuration; what is stored of it is let go. */
  isWatched?(cluster: string): boolean;
  now(): number;
  readonly log: Log;
}

/** The folded state of every cluster of one watch. */
export interface ScopeBook {
  get(cluster: string): ScopeState | undefined;
  /** Takes stored states over as they are. */
  restore(states: Readonly<Record<string, JsonObject>>): void;
  /** Folds a revision in; what it means for leaders. */
  fold(revision: DcsRevision, clusterId: string, replayed: boolean): readonly Signal[];
  /**
   * Compares with a fresh read, takes that read over, and says what must have happened in between. `clusterId` is that of the signals'
   * ids; `isSameStore`: the revisions of before and now are of one etcd that was not restored.
   */
  compare(survey: DcsSurvey, as?: { readonly clusterId: string; readonly isSameStore: boolean }): Compared;
  /** The states that changed since the last call. */
  changed(): Readonly<Record<string, JsonObject>>;
}

/** What must have happened between two reads, and how much of it can't be told one by one. */
export interface Compared {
  readonly signals: readonly Signal[];
  readonly unobservable: readonly { readonly cluster: string; readonly count: number }[];
}

export function createScopeBook(options: BookOptions): ScopeBook {
  const { clusterOf, now, log, isWatched = () => true } = options;
  const states = new Map<string, ScopeState>();
  const dirty = new Set<string>();
  const set = (cluster: string, state: ScopeState) => {
    states.set(cluster, state);
    dirty.add(cluster);
  };
  return {
    get: (cluster) => states.get(cluster),
    restore(stored) {
      for (const [cluster, json] of Object.entries(stored)) {
        if (!isWatched(cluster)) continue;
        const state = ScopeState.safeParse(json);
        if (state.success) states.set(cluster, state.data);
        else log.warn('a stored state is not understood and is read anew', { cluster });
      }
    },
    fold({ revision, scopes }, clusterId, replayed) {
      return scopes.flatMap(({ scope, changes }) => {
        const cluster = clusterOf(scope);
        if (cluster === undefined) return [];
        logStrange(log, cluster, changes);
        const before = states.get(cluster) ?? emptyState;
        const after = foldScope(before, revision, changes, now());
        set(cluster, after);
        const situation = diagnose(before, after);
        return situation ? [signalOf(situation, { cluster, clusterId, revision, atMs: now(), replayed })] : [];
      });
    },
    compare: (survey, as = { clusterId: survey.clusterId, isSameStore: false }) =>
      compareAll(options, { states, set }, survey, as),
    changed() {
      const entries = [...dirty].map((cluster) => [cluster, plainJson(states.get(cluster))] as const);
      dirty.clear();
      return Object.fromEntries(entries);
    },
  };
}

function compareAll(
  options: BookOptions,
  {
    states,
    set,
  }: { readonly states: ReadonlyMap<string, ScopeState>; readonly set: (cluster: string, state: ScopeState) => void },
  survey: DcsSurvey,
  as: { readonly clusterId: string; readonly isSameStore: boolean },
): Compared {
  const about = { ...as, nowMs: options.now() };
  const found = new Set(survey.scopes.map(({ scope }) => options.clusterOf(scope)));
  const gone = [...states].flatMap(([cluster, before]) => {
    if (found.has(cluster)) return [];
    set(cluster, withoutKeys(before, survey.revision, about.nowMs));
    return vanished(before, { cluster, ...about, revision: survey.revision });
  });
  const gaps = survey.scopes.flatMap((snapshot) => {
    const cluster = options.clusterOf(snapshot.scope);
    if (cluster === undefined) return [];
    const before = states.get(cluster);
    const gap = before && gapOf(options, before, snapshot, { cluster, ...about });
    set(cluster, before && gap ? stateAfterGap(before, snapshot, gap, about) : stateOf(snapshot));
    return gap ? [{ cluster, ...gap }] : [];
  });
  const unobservable = gaps.flatMap(({ cluster, unobservable: count }) => (count > 0 ? [{ cluster, count }] : []));
  return { signals: [...gone, ...gaps.flatMap(({ signals }) => signals)], unobservable };
}

function signalOf(
  situation: Situation,
  at: { readonly clusterId: string; readonly replayed: boolean } & Pick<Signal, 'cluster' | 'revision' | 'atMs'>,
): Signal {
  const { cluster, clusterId, revision, atMs, replayed } = at;
  return { ...situation, id: `${clusterId}-${revision}-${cluster}`, cluster, revision, atMs, ...(replayed ? { replayed } : {}) };
}

function gapOf(
  { log }: BookOptions,
  before: ScopeState,
  snapshot: DcsSnapshot,
  about: { readonly cluster: string; readonly clusterId: string; readonly isSameStore: boolean; readonly nowMs: number },
): Gap {
  const gap = findGap(before, snapshot, about);
  const { signals, unobservable } = gap;
  if (unobservable > 0) log.warn('leader changes can not be told one by one', { cluster: about.cluster, unobservable });
  const [first, ...rest] = signals;
  if (!first || unobservable === 0) return gap;
  const missing = `${unobservable} changes before it could not be observed one by one`;
  return { ...gap, signals: [{ ...first, evidence: `${first.evidence ?? ''}; ${missing}` }, ...rest] };
}

/** Who leads next took over from who led last. */
function withoutKeys({ leader, lost }: ScopeState, revision: number, atMs: number): ScopeState {
  const now = leader === undefined ? undefined : { leader, revision, atMs, withMember: false, unseen: true };
  const last = lost ?? now;
  return { ...emptyState, revision, ...(last ? { lost: last } : {}) };
}

/** All keys of a cluster are gone: an etcd that was made anew or restored without it, or `patronictl remove`. */
function vanished(
  before: ScopeState,
  { cluster, clusterId, nowMs, revision }: { cluster: string; clusterId: string; nowMs: number; revision: number },
): readonly Signal[] {
  const { leader: from, leaderRevision } = before;
  if (from === undefined) return [];
  const says = `etcd knows nothing of ${cluster} any more; ${from} led it`;
  const evidence = `no key of the cluster at revision ${revision}`;
  const id = `${clusterId}-${leaderRevision ?? before.revision}-${cluster}-gone`;
  const at = { id, cluster, revision, atMs: nowMs, replayed: true, from };
  return [{ ...at, kind: 'lost', cause: 'unknown', says, evidence }];
}

function logStrange(log: Log, cluster: string, changes: readonly DcsChange[]): void {
  for (const change of changes) if (change.key === 'not-understood') log.warn('a key is not understood', { cluster, ...change });
}

function plainJson(state: ScopeState | undefined): JsonObject {
  return JsonObjectSchema.parse(JSON.parse(JSON.stringify(state ?? emptyState)));
}
