import type { MemberReadings } from '../core/cluster.ts';
import { formatBytes } from '../core/units.ts';
import { type FailoverScene, hasUpTo } from './failover-scene.ts';
import { mayNotLead } from './may-not-lead.ts';

/** Why a member can not be promoted at all; empty when it can. */
export function ruledOut({ dcs, timeline, systemId }: FailoverScene, member: MemberReadings): readonly string[] {
  const { name, sql, patroni } = member;
  if (!patroni.ok) return [`its Patroni does not answer: ${patroni.why}`];
  if (!sql.ok) return [`it does not answer by SQL: ${sql.why}`];
  const own = Math.max(sql.value.timeline, sql.value.walReceiver?.timeline ?? 0, dcs.members[name]?.timeline ?? 0);
  return [
    ...(dcs.members[name] ? [] : ['it is not in the DCS, so Patroni does not know it']),
    ...(sql.value.inRecovery ? [] : ['it is out of recovery']),
    ...(sql.value.systemId === systemId ? [] : [`it belongs to another database cluster (system id ${sql.value.systemId})`]),
    ...(own === timeline ? [] : [`it is on timeline ${own}, the cluster on ${timeline}`]),
    ...(['running', 'streaming', 'in archive recovery'].includes(patroni.value.state) && patroni.value.role === 'replica'
      ? []
      : [`Patroni says that it is ${patroni.value.role} and ${patroni.value.state}`]),
    ...(mayNotLead(member) ? ['its tags forbid promotion'] : []),
    ...(patroni.value.watchdogFailed ? ['the watchdog that it must have does not work'] : []),
  ];
}

/** Members that can be promoted, the one that holds the most WAL first; then by name. */
export function byWal(scene: FailoverScene): readonly MemberReadings[] {
  return scene.others
    .filter((member) => ruledOut(scene, member).length === 0)
    .sort(
      (a, b) =>
        (hasUpTo(b) ?? 0) - (hasUpTo(a) ?? 0) ||
        Number(isSync(scene, b)) - Number(isSync(scene, a)) ||
        (a.name < b.name ? -1 : 1),
    );
}

/** The member to promote where nobody named one: in synchronous mode a sync standby first, as only it has every acknowledged write. */
export function bestCandidate(scene: FailoverScene): MemberReadings | undefined {
  const able = byWal(scene);
  if (scene.dcs.config.synchronousMode === 'off') return able[0];
  return able.find((member) => isSync(scene, member)) ?? able[0];
}

/** By /sync, whose names Patroni compares without regard to case. */
export function isSync({ dcs }: FailoverScene, { name }: MemberReadings): boolean {
  return (dcs.sync?.standbys ?? []).some((standby) => standby.toLowerCase() === name.toLowerCase());
}

/** Whom Patroni itself would promote, and why not the others (Patroni docs/rest_api.rst, 'Healthy standby'). */
export function patroniWouldPromote(scene: FailoverScene): {
  readonly names: readonly string[];
  readonly not: readonly string[];
} {
  const judged = scene.others.map((member) => ({
    name: member.name,
    why: [...ruledOut(scene, member), ...tooFar(scene, member)],
  }));
  return {
    names: judged.filter(({ why }) => why.length === 0).map(({ name }) => name),
    not: judged.filter(({ why }) => why.length > 0).map(({ name, why }) => `${name}: ${why.join(', ')}`),
  };
}

function tooFar(scene: FailoverScene, member: MemberReadings): readonly string[] {
  const { optimeLsn, config } = scene.dcs;
  const lag = Math.max(0, (optimeLsn ?? 0) - (hasUpTo(member) ?? 0));
  const most = config.maximumLagOnFailoverBytes;
  return [
    ...(lag > most ? [`it is ${formatBytes(lag)} behind, more than maximum_lag_on_failover (${formatBytes(most)})`] : []),
    ...(config.synchronousMode !== 'off' && !isSync(scene, member) ? ['it is no synchronous standby'] : []),
  ];
}
