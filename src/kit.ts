/** All that `commands/` and `runbooks/` may import. The only barrel. */
export { checkpoint } from './acts/checkpoint.ts';
export { drain } from './acts/drain.ts';
export { dropSlot } from './acts/drop-slot.ts';
export { endBackend } from './acts/end-backend.ts';
export { switchover } from './acts/switchover.ts';
export { undrain } from './acts/undrain.ts';
export { chooseCandidate } from './checks/candidate.ts';
export {
  DrainFacts,
  drainChecks,
  drainScene,
  lookForDrain,
  requireDrainable,
  tagsBefore,
  undrainChecks,
} from './checks/drain-checks.ts';
export { concludeDrain } from './checks/drain-report.ts';
export { lookForSlot, SlotFacts, slotDropChecks, slotOf } from './checks/slot-drop-checks.ts';
export { type SwitchoverPreflight, switchoverPreflight } from './checks/switchover-checks.ts';
export { lookForSwitchover, SwitchoverFacts, switchoverMaterial } from './checks/switchover-facts.ts';
export { concludeSwitchover } from './checks/switchover-report.ts';
export { BackendFacts, backendOf, endingChecks, lookForBackend, whoIs } from './checks/terminate-checks.ts';
export { lagChart } from './charts/lag-chart.ts';
export { blocked, Check, passed, warned } from './core/check.ts';
export type * from './core/cluster.ts';
export { type Command, type CommandInfo, command } from './core/command.ts';
export { DRAINED } from './core/drain-tags.ts';
export { DurationText } from './core/duration-text.ts';
export { bug, refusal } from './core/errors.ts';
export type { JsonObject } from './core/json.ts';
export { formatLsn } from './core/lsn.ts';
export type { Message, Part, Sign, Span, Text } from './core/message.ts';
export { ClusterName, MemberName, PidText, Reason, RunId, SlotName } from './core/names.ts';
export { type PlanDraft, type Risk, type Step, unless } from './core/plan.ts';
export { type Reading, known } from './core/reading.ts';
export { exclusive, runbook, shared } from './core/runbook.ts';
export { formatBytes, formatDuration, hours, milliseconds, minutes, seconds } from './core/units.ts';
export type { Limits, View } from './core/view.ts';
export { debtsCard } from './runs/debts-card.ts';
export { runCard } from './runs/run-card.ts';
export { runLog } from './runs/run-log.ts';
export { reviewsCard } from './runs/reviews-card.ts';
export { runsCard } from './runs/runs-card.ts';
export { scheduledCard } from './runs/scheduled-card.ts';
export { activityMessage } from './status/activity-message.ts';
export { canMessage } from './status/can-message.ts';
export { clustersMessage } from './status/clusters-message.ts';
export { readContext } from './status/context.ts';
export { factsOf } from './status/facts.ts';
export { findPrimary, memberNamed } from './status/find-primary.ts';
export { helpMessage, helpOn } from './status/help-message.ts';
export { judge } from './status/judge.ts';
export { lagMessage, lagOverview } from './status/lag-message.ts';
export { logMessage } from './status/log-message.ts';
export { overviewMessage } from './status/overview-message.ts';
export { readJudged } from './status/read-judged.ts';
export { slotsMessage } from './status/slots-message.ts';
export { statusMessage } from './status/status-message.ts';
export { archiverWorks } from './states/archiver-works.ts';
export { backendGone, backendIs, statementEnded } from './states/backend-is.ts';
export { clientsLeft } from './states/clients-left.ts';
export { dcsHasQuorum } from './states/dcs-has-quorum.ts';
export { inReplicaPool, outOfReplicaPool } from './states/in-replica-pool.ts';
export { lagUnder } from './states/lag-under.ts';
export { noBackupRunning } from './states/no-backup-running.ts';
export { noFailsafe } from './states/no-failsafe.ts';
export { notLeading } from './states/not-leading.ts';
export { notPaused } from './states/not-paused.ts';
export { primaryIs } from './states/primary-is.ts';
export { proxiesRouteTo } from './states/proxies-route-to.ts';
export { slotGone, slotIs } from './states/slot-is.ts';
export { streaming } from './states/streaming.ts';
export { tagsAre } from './states/tags-are.ts';
export { vipHeldOnce } from './states/vip-held-once.ts';
