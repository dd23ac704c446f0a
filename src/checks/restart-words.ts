import { known } from '../core/reading.ts';
import { memberCalled } from './member-scene.ts';
import { pendingClause } from './restart-facts.ts';
import { type Chosen, type Lead, type RestartPreflight, START_WITHIN_S } from './restart-shape.ts';
import { activityOf, type Scene } from './scene.ts';

/** One sentence: what the run will do, in its order, and whom it harms. */
export function restartSummary(cluster: string, { replicas, lead, harm: { risk } }: RestartPreflight): string {
  const how =
    lead?.by === 'switchover' ? `${lead.name} by a switchover to ${lead.target}` : `the leader ${lead?.name} in its place`;
  const names = replicas.map(({ name }) => name);
  const all = !lead ? names : lead.when === 'first' ? [how, ...names] : [...names, how];
  const who = all.length > 1 ? `, one at a time: ${all.join(', then ')}` : `: ${all[0]}`;
  const harm = risk === 'interrupts-nothing' ? 'Only who reads there is cut off.' : 'Writes stop for some seconds.';
  return `Restart PostgreSQL of ${cluster}${who}. ${harm}`;
}

/** Sentences for the approver: what is pending where, why this order, how the leader restarts. */
export function restartNotes(scene: Scene, { replicas, lead, order }: Chosen): readonly string[] {
  const { dcs } = scene;
  const pending = [...replicas, ...(lead ? [lead.name] : [])].map((name) => {
    const clause = pendingClause(memberCalled(scene, name), known(activityOf(scene, name))?.pendingSettings);
    return clause === undefined ? `No restart is pending on ${name}; it restarts all the same.` : `${name} ${clause}.`;
  });
  const synchronous = dcs.config.synchronousMode !== 'off' && replicas.some((name) => dcs.sync?.standbys.includes(name));
  return [
    ...pending,
    ...(order.why ? [order.why] : []),
    ...(replicas.length > 1 ? ['One at a time: each must stream again before the next one stops.'] : []),
    ...(synchronous
      ? ['Patroni first lets the leader choose another synchronous standby, which takes up to two of its loops.']
      : []),
    ...leadNotes(lead, dcs.config.primaryStartTimeoutS ?? 300),
  ];
}

function leadNotes(lead: Lead | undefined, ownTimeoutS: number): readonly string[] {
  if (lead?.by === 'in-place')
    return [
      `${lead.name} restarts in its place: leader, timeline and slots stay, and writes are usually back sooner than by \`--leader switchover\`.`,
      `If ${lead.name} has not started ${START_WITHIN_S} s after its shutdown, Patroni fails over (it is told so; its primary_start_timeout of ${ownTimeoutS} s does not count here). A shutdown that hangs is waited for, without writes: the thread then shows what it waits for.`,
    ];
  if (lead)
    return [
      `${lead.name} restarts as a standby when ${lead.target ?? 'another member'} has taken over: Patroni restarts it then.`,
    ];
  return [];
}
