import type { DcsSnapshot } from '../core/dcs-change.ts';
import type { Gap } from './gap.ts';
import { type ScopeState, stateOf } from './scope-state.ts';

/**
 * The state from which the watch goes on after a comparison: the fresh read with what it does not show by itself. Without a leader it
 * remembers who led last, or the next one would be taken for the first; and the timeline that was left by a promotion that is told already,
 * or its row of Patroni's history would tell it again. Pure.
 */
export function stateAfterGap(
  before: ScopeState,
  fresh: DcsSnapshot,
  { lastLeader, signals }: Gap,
  { nowMs, isSameStore = false }: { readonly nowMs: number; readonly isSameStore?: boolean },
): ScopeState {
  const state = stateOf(fresh);
  const left = [
    ...signals.flatMap(({ timeline }) => timeline ?? []),
    ...(isSameStore && before.leftTimeline !== undefined ? [before.leftTimeline] : []),
  ];
  const leftTimeline: Pick<ScopeState, 'leftTimeline'> = left.length === 0 ? {} : { leftTimeline: Math.max(...left) };
  if (state.leader !== undefined) {
    // It has taken the key and publishes its new timeline later: that rise is no restart.
    const isPromoting = leftTimeline.leftTimeline !== undefined && (state.timeline ?? 0) <= leftTimeline.leftTimeline;
    return { ...state, ...leftTimeline, ...(isPromoting ? { promoting: true } : {}) };
  }
  const ofHistory = state.lastHistory === undefined ? undefined : state.lastHistory + 1;
  const timelines = [ofHistory, isSameStore ? before.timeline : undefined, ...left.map((timeline) => timeline + 1)];
  const known = timelines.filter((timeline) => timeline !== undefined);
  const lost = lostIn(before, fresh.revision, lastLeader, nowMs);
  return { ...state, ...leftTimeline, ...(known.length > 0 ? { timeline: Math.max(...known) } : {}), ...(lost ? { lost } : {}) };
}

function lostIn(before: ScopeState, revision: number, leader: string | undefined, atMs: number): ScopeState['lost'] {
  if (leader === undefined) return undefined;
  if (before.leader === undefined && before.lost?.leader === leader) return before.lost;
  return { leader, revision, atMs, withMember: false, unseen: true };
}
