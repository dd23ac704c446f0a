import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import { type ReplayedTimeline, replayedTimeline } from '../core/replayed-timeline.ts';
import type { PlainFailoverFacts } from './plain-failover-facts.ts';

const ID = 'candidate-timeline';
const hard = { hard: true };

/** What a standby of a plain cluster replays, by itself or its control file. */
export function replayedBy({ servers }: PlainFailoverFacts, { name, sql }: MemberReadings): ReplayedTimeline | undefined {
  return replayedTimeline({ sql }, servers[name]);
}

/**
 * Whether the standby to promote replays the newest timeline of all that anybody has, of the same system. LSNs do not compare across
 * timelines: one of an older branch may be far ahead by its LSN and lack every write since.
 */
export function newestTimeline(
  facts: PlainFailoverFacts,
  leader: string,
  standbys: readonly MemberReadings[],
  target: MemberReadings,
): Check {
  const own = known(target.sql);
  const strange = systemsSeen(facts, leader, standbys).find(({ systemId }) => own && systemId !== own.systemId);
  if (own && strange)
    return blocked(
      ID,
      `${target.name} is of system ${own.systemId}, ${strange.name} of system ${strange.systemId}: these are two database clusters`,
      'Name a standby of the same system as the lost primary, and take the stranger out of the configuration first.',
      hard,
    );
  const replays = replayedBy(facts, target);
  if (!replays)
    return blocked(ID, `which timeline ${target.name} replays is not known`, 'Name another member, or mend it.', hard);
  const newest = timelinesSeen(facts, leader, standbys).reduce((a, b) => (b.timeline > a.timeline ? b : a));
  if (newest.timeline > replays.timeline)
    return blocked(
      ID,
      `${target.name} replays timeline ${replays.timeline}${replays.by === 'control file' ? ' by its control file' : ''}, but ${newest.name} has timeline ${newest.timeline}`,
      replays.by === 'control file'
        ? 'A control file may be one behind: run `CHECKPOINT` there and ask again. If it stays, it parted from the others: name another member.'
        : 'It parted from the others, or has not come to it yet: wait, or name another member.',
      hard,
    );
  const unsure = standbys.filter((one) => one !== target && replayedBy(facts, one)?.by !== 'itself').map(({ name }) => name);
  const says = `${target.name} replays timeline ${replays.timeline}, and nobody who could be asked has a later one`;
  return unsure.length === 0
    ? passed(ID, says)
    : warned(
        ID,
        `${says}; of ${unsure.join(' and ')} only the control file tells, which may be one behind`,
        'See to ssh to it, or run `CHECKPOINT` there, if there is time.',
      );
}

function systemsSeen({ servers }: PlainFailoverFacts, leader: string, standbys: readonly MemberReadings[]) {
  const control = known(servers[leader])?.control;
  return [
    ...(control ? [{ name: leader, systemId: control.systemId }] : []),
    ...standbys.flatMap(({ name, sql }) => (sql.ok ? [{ name, systemId: sql.value.systemId }] : [])),
  ];
}

/** Received ones too, as somebody wrote them. */
function timelinesSeen(facts: PlainFailoverFacts, leader: string, standbys: readonly MemberReadings[]) {
  const control = known(facts.servers[leader])?.control;
  return [
    { name: leader, timeline: Math.max(control?.timeline ?? 0, control?.minRecoveryTimeline ?? 0) },
    ...standbys.map((one) => {
      const sql = known(one.sql);
      const timelines = [replayedBy(facts, one)?.timeline, sql?.timeline, sql?.walReceiver?.timeline];
      return { name: one.name, timeline: Math.max(0, ...timelines.filter((timeline) => timeline !== undefined)) };
    }),
  ];
}
