import type { PatroniMember } from '../core/cluster.ts';
import type { PatroniAnswer } from './patroni-answers.ts';

/** `GET /patroni` in the project's words. Releases before 3.2 do not tell the member's name: `asked` is it then. */
export function patroniMember(answer: PatroniAnswer, asked: string): PatroniMember {
  const { timeline, server_version, dcs_last_seen, replication_state, database_system_identifier } = answer;
  return {
    name: answer.patroni.name ?? asked,
    scope: answer.patroni.scope,
    state: answer.state,
    role: answer.role,
    patroniVersion: answer.patroni.version,
    pendingRestart: answer.pending_restart,
    paused: answer.pause,
    clusterUnlocked: answer.cluster_unlocked,
    failsafeActive: answer.failsafe_mode_is_active,
    watchdogFailed: answer.watchdog_failed,
    tags: answer.tags,
    ...given('timeline', timeline),
    ...given('systemId', database_system_identifier),
    ...given('postgresVersionNum', server_version),
    ...given('pendingRestartReason', reasons(answer)),
    ...given('scheduledRestart', answer.scheduled_restart?.schedule),
    ...given('dcsLastSeenS', dcs_last_seen),
    ...given('replicationState', replication_state),
    ...given('replayPaused', answer.xlog?.paused),
  };
}

function given<K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } {
  const part: { [P in K]?: V } = {};
  if (value !== undefined && value !== null) part[key] = value;
  return part;
}

function reasons({ pending_restart_reason: found }: PatroniAnswer): PatroniMember['pendingRestartReason'] {
  if (found === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(found).map(([setting, values]) => [setting, { old: values.old_value ?? '', new: values.new_value ?? '' }]),
  );
}
