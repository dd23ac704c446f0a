import type { PatrolState, WatchedCondition } from '../core/patrol-state.ts';
import type { Signal } from '../core/signal.ts';
import type { ConditionName } from '../core/situation-name.ts';
import { catalogue } from './catalogue.ts';
import { conditionWords } from './fold-condition.ts';
import { clearedWords } from './conditions/cleared-words.ts';
import { keyOf, type Look, type Observation } from './conditions/observation.ts';
import type { Setting } from './conditions/settings.ts';
import { foldSeverity } from './fold-severity.ts';
import { formatDuration } from '../core/units.ts';

export interface FoldInput {
  /** The cluster, or `etcd NAME`. */
  readonly of: string;
  readonly before: PatrolState;
  readonly look: Look;
  readonly nowMs: number;
  settingOf(situation: ConditionName): Setting;
  /** A run of ours works on the cluster: what it brings about by itself is not told before it has ended. */
  readonly ourRunWorks: boolean;
}

export interface Folded {
  readonly after: PatrolState;
  /** Of the kinds `raised`, `worsened` and `cleared`. */
  readonly signals: readonly Signal[];
}

/** Not looked at for longer, the time for which a condition lasts begins anew. */
const LONGEST_GAP_MS = 150_000;

/** What a run does to members while it restarts, rewinds or copies them. */
const BY_RUNS: readonly ConditionName[] = [
  ...(['member-gone', 'member-stuck', 'member-diverged', 'replication-stopped', 'replication-lag'] as const),
  ...(['slot-inactive', 'pending-restart', 'sync-standby-missing'] as const),
];

/**
 * One look folded into what was known: a condition is raised once when it has lasted for its time and cleared once when it has been gone
 * for its time; between the two thresholds it stays what it is, and so it does while nobody can see. Each rise of its severity is told
 * once. Pure.
 */
export function foldLook(input: FoldInput): Folded {
  const { before, look } = input;
  const seen = new Map<string, Observation>();
  for (const one of look.observations) {
    const known = seen.get(keyOf(one));
    if (!input.settingOf(one.situation).off && (!known || (known.onlyKeeps && !one.onlyKeeps))) seen.set(keyOf(one), one);
  }
  const conditions: Record<string, WatchedCondition> = {};
  const signals: Signal[] = [];
  for (const key of new Set([...Object.keys(before.conditions), ...seen.keys()])) {
    const { next, signal } = foldOne(input, key, before.conditions[key], seen.get(key));
    if (next) conditions[key] = next;
    if (signal) signals.push(signal);
  }
  // What others may join comes before them.
  const inOrder = signals.toSorted((a, b) => Number(provides(b)) - Number(provides(a)));
  return { after: { version: 1, conditions, memory: look.memory }, signals: inOrder };
}

const provides = ({ condition }: Signal): boolean => (condition?.provides.length ?? 0) > 0;

interface Step {
  readonly next?: WatchedCondition;
  readonly signal?: Signal;
}

function foldOne(input: FoldInput, key: string, known: WatchedCondition | undefined, one: Observation | undefined): Step {
  if (one && (known?.raised || !one.onlyKeeps)) return seenStep(input, key, known, one);
  if (!known) return {};
  const { blind } = input.look;
  const unseen = blind.some(({ situation, about }) => situation === known.situation && (about ?? known.about) === known.about);
  if (!known.raised) return unseen ? { next: known } : {};
  const { goneSinceMs, ...lasting } = known;
  if (unseen && !input.settingOf(known.situation).off) return { next: lasting };
  const gone = { ...known, goneSinceMs: goneSinceMs ?? input.nowMs };
  if (input.nowMs - gone.goneSinceMs < input.settingOf(known.situation).clearMs) return { next: gone };
  return { signal: clearedSignal(input, key, gone, known.raised) };
}

function seenStep(input: FoldInput, key: string, known: WatchedCondition | undefined, one: Observation): Step {
  const setting = input.settingOf(one.situation);
  const forMs = one.forMs ?? setting.forMs;
  const byRun = input.ourRunWorks && BY_RUNS.includes(one.situation);
  const held = byRun && !known?.raised;
  const next = watched(input, known, one, { forMs, byRun });
  if (next.raised) return known?.raised ? goingOn(input, key, { ...next, raised: next.raised }, known.raised) : { next };
  if (held || input.nowMs - next.sinceMs < forMs) return { next };
  const raised = { atMs: input.nowMs, id: `${input.of}-${key}-${input.nowMs}`.replaceAll(/\s+/g, '-') };
  return { next: { ...next, raised }, signal: raisedSignal(input, key, next, raised.id) };
}

function watched(
  { nowMs, settingOf }: FoldInput,
  known: WatchedCondition | undefined,
  one: Observation,
  { forMs, byRun }: { readonly forMs: number; readonly byRun: boolean },
): WatchedCondition {
  const { severity, clearMs } = settingOf(one.situation);
  const isRaised = known?.raised !== undefined;
  const goesOn = known && (isRaised || (!byRun && nowMs - known.lastSeenMs <= Math.max(LONGEST_GAP_MS, forMs)));
  const seen = severity ?? one.severity ?? catalogue[one.situation].severity;
  const { situation, about, says, evidence } = one;
  return {
    ...{ situation, says, joins: [...one.joins], provides: [...one.provides] },
    ...(about === undefined ? {} : { about }),
    ...(evidence === undefined ? {} : { evidence }),
    ...{ sinceMs: goesOn ? known.sinceMs : nowMs, lastSeenMs: nowMs },
    ...foldSeverity(known, seen, { nowMs, forMs, clearMs, held: byRun }),
  };
}

type Raised = NonNullable<WatchedCondition['raised']>;

function goingOn(input: FoldInput, key: string, next: WatchedCondition & { raised: Raised }, before: Raised): Step {
  return next.raised.rises === before.rises ? { next } : { next, signal: worsenedSignal(input, key, next, next.raised) };
}

function raisedSignal({ of, nowMs }: FoldInput, key: string, one: WatchedCondition, id: string): Signal {
  const lastedMs = nowMs - one.sinceMs;
  const lasted = lastedMs > 0 ? `seen for ${formatDuration(lastedMs)}` : undefined;
  const evidence = [one.evidence, lasted].filter((text) => text !== undefined).join('; ');
  return { ...common(of, key, one), id, atMs: nowMs, kind: 'raised', says: one.says, ...(evidence ? { evidence } : {}) };
}

function worsenedSignal({ of, nowMs }: FoldInput, key: string, one: WatchedCondition, { id, rises }: Raised): Signal {
  const evidence = one.evidence === undefined ? {} : { evidence: one.evidence };
  const { condition, ...rest } = common(of, key, one);
  const more = { id: `${id}-worsened-${rises}`, atMs: nowMs, kind: 'worsened' as const, says: one.says };
  return { ...rest, ...more, ...evidence, condition: { ...condition, ...(rises === undefined ? {} : { rises }) } };
}

function clearedSignal({ of, nowMs, settingOf }: FoldInput, key: string, one: WatchedCondition, { id }: Raised): Signal {
  const says = settingOf(one.situation).off
    ? `${conditionWords(one)}: switched off in the configuration`
    : clearedWords(one, (one.goneSinceMs ?? nowMs) - one.sinceMs);
  return { ...common(of, key, one), id: `${id}-cleared`, atMs: nowMs, kind: 'cleared', says };
}

function common(cluster: string, key: string, { situation, severity, about, joins, provides }: WatchedCondition) {
  const condition = { key, situation, severity, ...(about === undefined ? {} : { about }), joins, provides };
  return { cluster, revision: 0, cause: 'condition' as const, condition };
}
