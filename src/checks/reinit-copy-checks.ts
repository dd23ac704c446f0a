import type { MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import { activityOf, type Scene } from './scene.ts';

/** A base backup that streams its WAL takes two (PostgreSQL docs, app-pgbasebackup, -X stream). */
const SENDERS = 2;

/** Whether a copy of the data can be made: nobody else copies, the source has places for it, the disk is large enough. */
export function copyChecks(scene: Scene, member: MemberReadings): readonly Check[] {
  return [oneCopy(scene, member), senders(scene, member), room(scene, member)];
}

/** Members with the tag clonefrom are copied from, the leader otherwise (Patroni docs/yaml_configuration.rst, tags). */
export function sourceOf(scene: Scene, name: string): string {
  return sources(scene, name).join(' or ');
}

function sources({ leader, others }: Scene, name: string): readonly string[] {
  const tagged = others.filter(
    (other) => other.name !== name && known(other.patroni)?.tags.clonefrom === true && known(other.sql)?.inRecovery,
  );
  return tagged.length > 0 ? tagged.map((other) => other.name) : [leader.name];
}

/** Two copies at once end badly: one that fails has removed the data directory of the other (Patroni issue 3220). */
function oneCopy(scene: Scene, { name }: MemberReadings): Check {
  const id = 'one-copy';
  const copying = [scene.leader, ...scene.others]
    .filter(({ patroni }) => known(patroni)?.state === 'creating replica')
    .map((member) => member.name);
  if (copying.length > 0)
    return blocked(id, `${copying.join(' and ')} is being copied already`, 'Wait for it: one copy at a time.', { hard: true });
  const running = sources(scene, name).flatMap((source) =>
    (known(activityOf(scene, source))?.baseBackups ?? []).map(({ pid, phase }) => `pid ${pid} on ${source}, ${phase}`),
  );
  return running.length === 0
    ? passed(id, 'no other copy and no base backup runs')
    : warned(id, `a base backup runs already (${running.join('; ')})`, 'Both become slower; wait for it where there is time.');
}

function senders(scene: Scene, { name }: MemberReadings): Check {
  const id = 'wal-senders';
  const limit = `at least ${SENDERS} free`;
  const judged = sources(scene, name).map((source) => {
    const activity = known(activityOf(scene, source));
    return { source, free: activity ? Number(activity.settings.max_wal_senders) - activity.walSendersInUse : undefined };
  });
  const says = judged.map(({ source, free }) => `${source} has ${free ?? 'an unknown number of'} WAL senders free`).join(', ');
  // The member's own sender is free once its PostgreSQL has stopped.
  const own = scene.leaderSql.standbys.some((row) => row.name === name) ? 1 : 0;
  if (judged.some(({ free }) => free === undefined)) return warned(id, says, 'Look by hand.', limit);
  return judged.every(({ free = 0 }) => free + own >= SENDERS)
    ? passed(id, says, limit)
    : blocked(id, says, 'Raise max_wal_senders, or end a connection that is not needed.', { hard: true, limit });
}

/** The whole file system counts, as the member's own data goes first. */
function room({ leader }: Scene, { name, disk }: MemberReadings): Check {
  const id = 'room';
  const theirs = known(leader.disk)?.data;
  const own = known(disk)?.data;
  if (!theirs || !own) return warned(id, `the disks of ${leader.name} and ${name} could not both be read`, 'Look by hand.');
  const needed = theirs.sizeBytes - theirs.freeBytes;
  const says = `${name} has ${formatBytes(own.sizeBytes)} on ${own.mount}, ${formatBytes(own.freeBytes)} of it free; ${leader.name} uses ${formatBytes(needed)}`;
  return own.sizeBytes >= needed
    ? passed(id, says, 'as much as the leader uses')
    : blocked(id, says, 'Make the file system larger first.', { hard: false, limit: 'as much as the leader uses' });
}
