import type { MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { known } from '../core/reading.ts';
import { formatDuration } from '../core/units.ts';
import { couldTakeOver, streamingNow } from './member-scene.ts';
import { activityOf, type Scene } from './scene.ts';

/** Whether a replica can be restarted and its return be proven, and whom its restart harms. */
export function restartReplicaChecks(scene: Scene, member: MemberReadings): readonly Check[] {
  return [
    answers(member, 'restart'),
    streams(scene, member),
    noBackup(scene, member),
    readers(scene, member),
    standbysLeft(scene, member.name),
  ];
}

/** Its own Patroni does the work, and SQL proves it; `noun`: `restart`. */
export function answers({ name, patroni, sql }: MemberReadings, noun: string): Check {
  const id = `${name}-answers`;
  const hard = { hard: true };
  if (!patroni.ok)
    return blocked(
      id,
      `Patroni on ${name} does not answer (${patroni.why}), and it does the ${noun}`,
      'See to Patroni there.',
      hard,
    );
  const { state } = patroni.value;
  if (!['running', 'streaming', 'in archive recovery'].includes(state))
    return blocked(
      id,
      `Patroni says that ${name} is in state '${state}': a ${noun} does not mend what keeps it from running`,
      `Look at its log; a new copy of the data comes by \`/pg reinit\`.`,
      hard,
    );
  if (!sql.ok)
    return blocked(
      id,
      `${name} cannot be read by SQL (${sql.why}), so a ${noun} could not be proven`,
      'Mend the reading first.',
      hard,
    );
  return passed(id, `${name} answers by Patroni (${state}) and by SQL`);
}

function streams(scene: Scene, { name }: MemberReadings): Check {
  const id = `${name}-streaming`;
  return streamingNow(scene).includes(name)
    ? passed(id, `${name} streams from ${scene.leader.name} now`)
    : blocked(
        id,
        `${name} does not stream from ${scene.leader.name} now, and the run waits until it does`,
        'Find out why first; the restart may not change it.',
        { hard: false },
      );
}

function noBackup(scene: Scene, { name }: MemberReadings): Check {
  const id = `${name}-backup`;
  const activity = activityOf(scene, name);
  if (!activity.ok)
    return warned(id, `whether a base backup runs on ${name} could not be read: ${activity.why}`, 'Look by hand.');
  const running = activity.value.baseBackups.map(({ pid, phase }) => `pid ${pid}, ${phase}`).join('; ');
  return running === ''
    ? passed(id, `no base backup runs on ${name}`)
    : blocked(id, `a base backup runs on ${name} (${running}), and the restart breaks it off`, 'Wait for it to end.', {
        hard: false,
      });
}

function readers(scene: Scene, { name }: MemberReadings): Check {
  const id = `${name}-readers`;
  const limit = scene.facts.limits.longTransactionMs;
  const within = `none older than ${formatDuration(limit)}`;
  const activity = known(activityOf(scene, name));
  if (!activity) return warned(id, `who reads from ${name} could not be read`, 'Look by hand.', within);
  const long = activity.longTransactions.filter(({ ageMs }) => ageMs > limit);
  const count = activity.clientConnections;
  const clients = `${count} client ${count === 1 ? 'connection of' : 'connections of'} ${name} ${count === 1 ? 'is' : 'are'} cut off`;
  if (long.length === 0) return passed(id, clients, within);
  const shown = long.slice(0, 3).map(({ pid, user, ageMs }) => `pid ${pid} of ${user} (${formatDuration(ageMs)})`);
  return warned(id, `${clients}, with ${shown.join(', ')} in a long transaction`, 'Tell their owners, or wait for them.', within);
}

/** Who could take over while this one is away. */
export function standbysLeft(scene: Scene, name: string): Check {
  const id = `${name}-others`;
  const left = couldTakeOver(scene).filter((other) => other !== name);
  return left.length > 0
    ? passed(id, `${left.join(' and ')} streams while ${name} is away`)
    : warned(
        id,
        `no other standby that may lead streams while ${name} is away: nobody could take over from ${scene.leader.name}`,
        'Do it when that is least likely to be needed.',
      );
}
