/** All that `commands/` and `runbooks/` may import. The only barrel. */
export { blocked, Check, passed, warned } from './core/check.ts';
export type * from './core/cluster.ts';
export { type Command, type CommandInfo, command } from './core/command.ts';
export { bug, refusal } from './core/errors.ts';
export type { JsonObject } from './core/json.ts';
export { formatLsn } from './core/lsn.ts';
export type { Message, Part, Sign, Span, Text } from './core/message.ts';
export { ClusterName, MemberName, Reason, RunId } from './core/names.ts';
export type { PlanDraft, Risk, Step } from './core/plan.ts';
export { type Reading, known } from './core/reading.ts';
export { exclusive, runbook, shared } from './core/runbook.ts';
export { formatBytes, formatDuration, hours, minutes, seconds } from './core/units.ts';
export type { Limits, View } from './core/view.ts';
