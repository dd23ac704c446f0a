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
  if (newest.timeline > replays.timeline && downBeside(facts, leader, standbys).some(({ name }) => name === newest.name))
    return blocked(
      ID,
      `${target.name} replays timeline ${replays.timeline}, but ${newest.name}, whose server is down, has timeline ${newest.timeline}: it was promoted before`,
      `Start PostgreSQL on ${newest.name}: it may hold the newest writes. If they are to be thrown away, take ${newest.name} out of the configuration first.`,
      hard,
    );
  if (newest.timeline > replays.timeline)
    return blocked(
      ID,
      `${target.name} replays timeline ${replays.timeline}${replays.by === 'control file' ? ' by its control file' : ''}, but ${newest.name} has timeline ${newest.timeline}`,
      replays.by === 'control file'
        ? 'A control file may be one behind: run `CHECKPOINT` there and ask again. If it stays, it parted from the others: name another member.'
        : 'It parted from the others, or has not come to it yet: wait, or name another member.',
      hard,
    );
  return asFarAsAsked(facts, { leader, standbys, target }, `${target.name} replays timeline ${replays.timeline}`);
}

/** Nobody who could be asked has a later one; who could not be? */
function asFarAsAsked(
  facts: PlainFailoverFacts,
  of: { readonly leader: string; readonly standbys: readonly MemberReadings[]; readonly target: MemberReadings },
  replays: string,
): Check {
  const { leader, standbys, target } = of;
  const says = `${replays}, and nobody who could be asked has a later one`;
  const silent = downBeside(facts, leader, standbys).flatMap(({ name, control }) => (control ? [] : [name]));
  const unsure = standbys.filter((one) => one !== target && replayedBy(facts, one)?.by !== 'itself').map(({ name }) => name);
  if (silent.length > 0)
    return warned(
      ID,
      `${says}; ${silent.join(' and ')} could not be asked, by SQL or by ssh, and may have been promoted before`,
      `See that ${silent.join(' and ')} never led in the place of ${leader}: its writes would be lost.`,
    );
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

/** The other members that do not answer by SQL: one of them may have been promoted, and its server be down by now. */
function downBeside({ snapshot, servers }: PlainFailoverFacts, leader: string, standbys: readonly MemberReadings[]) {
  return snapshot.members
    .filter((one) => one.name !== leader && !standbys.includes(one))
    .map(({ name }) => ({ name, control: known(servers[name])?.control }));
}

/** Received ones too, as somebody wrote them. */
function timelinesSeen(facts: PlainFailoverFacts, leader: string, standbys: readonly MemberReadings[]) {
  const control = known(facts.servers[leader])?.control;
  const systemId = standbys.map(({ sql }) => known(sql)?.systemId)[0];
  const ofSystem = downBeside(facts, leader, standbys).filter((one) => one.control?.systemId === systemId);
  return [
    ...[{ name: leader, control }, ...ofSystem].map((one) => ({
      name: one.name,
      timeline: Math.max(one.control?.timeline ?? 0, one.control?.minRecoveryTimeline ?? 0),
    })),
    ...standbys.map((one) => {
      const sql = known(one.sql);
      const timelines = [replayedBy(facts, one)?.timeline, sql?.timeline, sql?.walReceiver?.timeline];
      return { name: one.name, timeline: Math.max(0, ...timelines.filter((timeline) => timeline !== undefined)) };
    }),
  ];
}
