import { bug } from '../core/errors.ts';
import type { StateData } from '../core/plan.ts';
import type { Verdict } from '../core/verdict.ts';
import type { View } from '../core/view.ts';
import { archiverWorksState } from './archiver-works.ts';
import { asPlannedState } from './as-planned.ts';
import { backupRecoveredState } from './backup-recovered.ts';
import { backupRestoredState } from './backup-restored.ts';
import { configHoldsState } from './config-holds.ts';
import { dcsHasQuorumState } from './dcs-has-quorum.ts';
import { holderIsNoPrimaryState } from './holder-is-no-primary.ts';
import { keptGoneState } from './kept-gone.ts';
import { keptIsState } from './kept-is.ts';
import { followRestartedState } from './follow-restarted.ts';
import { holdsNothingState } from './holds-nothing.ts';
import { backendGoneState, backendIsState, statementEndedState } from './backend-is.ts';
import { clientsLeftState } from './clients-left.ts';
import { inReplicaPoolState, outOfReplicaPoolState } from './in-replica-pool.ts';
import { keptDrainedState } from './kept-drained.ts';
import { fenceLiftedState } from './fence-lifted.ts';
import { heldDownState } from './held-down.ts';
import { fencedState } from './fenced.ts';
import { lagUnderState } from './lag-under.ts';
import { leaderIsDeadState } from './leader-is-dead.ts';
import { mostAdvancedState } from './most-advanced.ts';
import { newPrimaryState } from './new-primary.ts';
import { noBackupRunningState } from './no-backup-running.ts';
import { noSecondPrimaryState } from './no-second-primary.ts';
import { noFailsafeState } from './no-failsafe.ts';
import { notLeadingState } from './not-leading.ts';
import { notPausedState } from './not-paused.ts';
import { poolersFlowState } from './poolers-flow.ts';
import { poolersPausedState } from './poolers-paused.ts';
import { primaryIsState } from './primary-is.ts';
import { proxiesRouteToState } from './proxies-route-to.ts';
import { resumeArmedState } from './resume-armed.ts';
import { nothingScheduledState } from './nothing-scheduled.ts';
import { pausedState } from './paused.ts';
import { rewoundState } from './rewound.ts';
import { serverIsState } from './server-is.ts';
import { reinitializedState } from './reinitialized.ts';
import { reloadedState } from './reloaded.ts';
import { restartedState } from './restarted.ts';
import { resumedState } from './resumed.ts';
import { scheduledAsState } from './scheduled-as.ts';
import { slotGoneState, slotIsState } from './slot-is.ts';
import { secondPrimaryIsState } from './second-primary-is.ts';
import { serviceActiveState } from './service-active.ts';
import { setAsideAsState } from './set-aside-as.ts';
import { memberJoinedState } from './member-joined.ts';
import { dataGoneState } from './data-gone.ts';
import { shutdownReplayedState } from './shutdown-replayed.ts';
import { startsAtBootState } from './starts-at-boot.ts';
import type { State } from './state.ts';
import { standbyStreamsState } from './standby-streams.ts';
import { sourceLeadsState } from './source-leads.ts';
import { slotSettledState } from './slot-settled.ts';
import { slotReservedState } from './slot-reserved.ts';
import { replicationAllowedState } from './replication-allowed.ts';
import { copyPlacedState } from './copy-placed.ts';
import { copyGoneState } from './copy-gone.ts';
import { copiedState } from './copied.ts';
import { streamingState } from './streaming.ts';
import { tagsAreState } from './tags-are.ts';
import { vipHeldOnceState } from './vip-held-once.ts';
import { writeAnsweredState } from './write-answered.ts';

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
    backupRecoveredState,
    backupRestoredState,
    asPlannedState,
    configHoldsState,
    copiedState,
    copyGoneState,
    copyPlacedState,
    dataGoneState,
    dcsHasQuorumState,
    holderIsNoPrimaryState,
    keptGoneState,
    keptIsState,
    followRestartedState,
    holdsNothingState,
    backendGoneState,
    backendIsState,
    clientsLeftState,
    inReplicaPoolState,
    keptDrainedState,
    fenceLiftedState,
    heldDownState,
    fencedState,
    lagUnderState,
    leaderIsDeadState,
    mostAdvancedState,
    newPrimaryState,
    memberJoinedState,
    noBackupRunningState,
    noFailsafeState,
    noSecondPrimaryState,
    notLeadingState,
    notPausedState,
    poolersFlowState,
    poolersPausedState,
    primaryIsState,
    proxiesRouteToState,
    resumeArmedState,
    nothingScheduledState,
    pausedState,
    rewoundState,
    serverIsState,
    reinitializedState,
    reloadedState,
    restartedState,
    resumedState,
    scheduledAsState,
    outOfReplicaPoolState,
    slotGoneState,
    slotIsState,
    statementEndedState,
    secondPrimaryIsState,
    serviceActiveState,
    setAsideAsState,
    replicationAllowedState,
    slotReservedState,
    slotSettledState,
    sourceLeadsState,
    standbyStreamsState,
    shutdownReplayedState,
    startsAtBootState,
    streamingState,
    tagsAreState,
    vipHeldOnceState,
    writeAnsweredState,
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
