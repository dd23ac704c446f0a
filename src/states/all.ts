import { bug } from '../core/errors.ts';
import type { StateData } from '../core/plan.ts';
import type { Verdict } from '../core/verdict.ts';
import type { View } from '../core/view.ts';
import { archiverWorksState } from './archiver-works.ts';
import { dcsHasQuorumState } from './dcs-has-quorum.ts';
import { fencedState } from './fenced.ts';
import { lagUnderState } from './lag-under.ts';
import { leaderIsDeadState } from './leader-is-dead.ts';
import { mostAdvancedState } from './most-advanced.ts';
import { noBackupRunningState } from './no-backup-running.ts';
import { noFailsafeState } from './no-failsafe.ts';
import { notPausedState } from './not-paused.ts';
import { poolersFlowState } from './poolers-flow.ts';
import { poolersPausedState } from './poolers-paused.ts';
import { primaryIsState } from './primary-is.ts';
import { proxiesRouteToState } from './proxies-route-to.ts';
import { resumeArmedState } from './resume-armed.ts';
import { serverIsState } from './server-is.ts';
import type { State } from './state.ts';
import { streamingState } from './streaming.ts';
import { vipHeldOnceState } from './vip-held-once.ts';

export interface States {
  /**
   * `sinceMs`: epoch milliseconds at which the step began, by the clock of `view.now()`.
   * @throws ZodError when the stored arguments do not fit; Bug when there is no such state.
   */
  judge(state: StateData, view: View, sinceMs: number): Promise<Verdict>;
  /** What will hold, in words, for the progress line. */
  says(state: StateData): string;
}

const ALL: ReadonlyMap<string, State> = new Map(
  [
    archiverWorksState,
    dcsHasQuorumState,
    fencedState,
    lagUnderState,
    leaderIsDeadState,
    mostAdvancedState,
    noBackupRunningState,
    noFailsafeState,
    notPausedState,
    poolersFlowState,
    poolersPausedState,
    primaryIsState,
    proxiesRouteToState,
    resumeArmedState,
    serverIsState,
    streamingState,
    vipHeldOnceState,
  ].map((state) => [state.name, state]),
);

/** The closed list of what can be observed of a cluster. */
export function createStates(): States {
  return {
    judge: (state, view, sinceMs) => find(state.state).judge(state.args, view, sinceMs),
    says: (state) => find(state.state).says(state.args),
  };
}

function find(name: string): State {
  const state = ALL.get(name);
  if (!state) throw bug(`there is no state ${JSON.stringify(name)}`);
  return state;
}
