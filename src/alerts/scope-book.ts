import type { DcsChange, DcsRevision, DcsSnapshot } from '../core/dcs-change.ts';
import type { JsonObject } from '../core/json.ts';
import { JsonObjectSchema } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import type { Signal } from '../core/signal.ts';
import { diagnose, type Situation } from './diagnose.ts';
import { findGap } from './gap.ts';
import type { DcsSurvey } from './ports.ts';
import { emptyState, foldScope, ScopeState, stateOf } from './scope-state.ts';

export interface BookOptions {
  /** The cluster's name for a scope such as `/service/billing/`; undefined when it is not configured. */
  clusterOf(scope: string): string | undefined;
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
  /** Compares with a fresh read, takes that read over, and says what must have happened in between. */
  compare(survey: DcsSurvey): readonly Signal[];
  /** The states that changed since the last call. */
  changed(): Readonly<Record<string, JsonObject>>;
}

export function createScopeBook(options: BookOptions): ScopeBook {
  const { clusterOf, now, log } = options;
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
    compare(survey) {
      return survey.scopes.flatMap((snapshot) => {
        const cluster = clusterOf(snapshot.scope);
        if (cluster === undefined) return [];
        const before = states.get(cluster);
        set(cluster, stateOf(snapshot));
        return before ? gapOf(options, before, snapshot, { cluster, clusterId: survey.clusterId, nowMs: now() }) : [];
      });
    },
    changed() {
      const entries = [...dirty].map((cluster) => [cluster, plainJson(states.get(cluster))] as const);
      dirty.clear();
      return Object.fromEntries(entries);
    },
  };
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
  about: { readonly cluster: string; readonly clusterId: string; readonly nowMs: number },
): readonly Signal[] {
  const { signals, unobservable } = findGap(before, snapshot, about);
  const [first, ...rest] = signals;
  if (!first || unobservable === 0) return signals;
  log.warn('leader changes can not be told one by one', { cluster: about.cluster, unobservable });
  const missing = `${unobservable} changes before it could not be observed one by one`;
  return [{ ...first, evidence: `${first.evidence ?? ''}; ${missing}` }, ...rest];
}

function logStrange(log: Log, cluster: string, changes: readonly DcsChange[]): void {
  for (const change of changes) if (change.key === 'not-understood') log.warn('a key is not understood', { cluster, ...change });
}

function plainJson(state: ScopeState | undefined): JsonObject {
  return JsonObjectSchema.parse(JSON.parse(JSON.stringify(state ?? emptyState)));
}
