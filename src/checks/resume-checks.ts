import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { MemberReadings } from '../core/cluster.ts';
import type { Risk } from '../core/plan.ts';
import { known } from '../core/reading.ts';
import { membersAnswer } from './members-answer.ts';
import type { PatroniScene } from './patroni-facts.ts';

/** What Patroni will do once it is resumed, each with its evidence, and how much harm that can be. */
export interface ResumePreflight {
  readonly checks: readonly Check[];
  readonly risk: Risk;
  readonly riskReason?: string;
}

/** `atMs`: now, to tell what is scheduled from what is past. */
export function resumePreflight(scene: PatroniScene, atMs: number): ResumePreflight {
  const checks = [
    leaderStays(scene),
    onePrimary(scene),
    stopped(scene),
    timelines(scene),
    scheduled(scene, atMs),
    membersAnswer(scene),
  ];
  const says = (id: string) => checks.find((check) => check.id === id && check.verdict !== 'pass')?.says;
  const split = says('one-primary');
  if (split) return { checks, risk: 'can-lose-data', riskReason: 'a second primary is demoted and rewound' };
  const change = says('leader-stays');
  return change
    ? { checks, risk: 'interrupts-writes', riskReason: 'the leader is started, promoted or elected' }
    : { checks, risk: 'interrupts-nothing' };
}

/** Patroni ha.py: with a leader key and a running primary behind it nothing changes; each other case has its own consequence. */
function leaderStays({ cluster, dcs, leader, primaries }: PatroniScene): Check {
  const id = 'leader-stays';
  const look = `Look at \`/pg status ${cluster}\` and mend it first where you can.`;
  if (dcs.leader === undefined)
    return primaries.length === 0
      ? warned(id, `nobody holds the leader key and no member is a primary: Patroni will elect one of the healthy members`, look)
      : warned(
          id,
          `nobody holds the leader key, and ${primaries.join(' and ')} is primary by SQL: Patroni will give the key to whoever takes it first and demote any other`,
          look,
        );
  if (!leader?.patroni.ok)
    return warned(
      id,
      `${dcs.leader} holds the leader key and its Patroni does not answer: if it is dead, Patroni will elect another when the key expires (${dcs.config.ttlS} s)`,
      look,
    );
  if (!leader.sql.ok)
    return warned(
      id,
      `${dcs.leader} holds the leader key and its PostgreSQL does not answer (${leader.sql.why}): Patroni will start it there, and elect another if it does not start`,
      look,
    );
  if (leader.sql.value.inRecovery)
    return warned(id, `${dcs.leader} holds the leader key and is in recovery: Patroni will promote it`, look);
  return passed(id, `${dcs.leader} holds the leader key and is the primary by SQL: it goes on leading`);
}

function onePrimary({ dcs, primaries }: PatroniScene): Check {
  const id = 'one-primary';
  const rivals = primaries.filter((name) => name !== dcs.leader);
  if (dcs.leader === undefined || rivals.length === 0) return passed(id, `${primaries.length} member is a primary by SQL`);
  return blocked(
    id,
    `${rivals.join(' and ')} is a primary by SQL beside ${dcs.leader}: Patroni will demote and rewind ${rivals.join(' and ')}, and what was written there alone is lost`,
    'Find out what was written there first; then override this, with one more approver.',
    { hard: false },
  );
}

function stopped({ members, dcs }: PatroniScene): Check {
  const id = 'stopped-starts';
  const down = members.filter((member) => member.name !== dcs.leader && isDown(member));
  return down.length === 0
    ? passed(id, 'no PostgreSQL is stopped under a Patroni that answers')
    : warned(
        id,
        `Patroni will start PostgreSQL on ${down.map(({ name, patroni }) => `${name} (${known(patroni)?.state ?? 'unknown'})`).join(', ')}`,
        'If somebody still works on it, let them end first.',
      );
}

function isDown({ patroni, sql }: MemberReadings): boolean {
  return patroni.ok && !sql.ok && /stopped|failed|crashed/.test(patroni.value.state);
}

function timelines({ members, dcs, leader }: PatroniScene): Check {
  const id = 'same-timeline';
  const timeline = known(leader?.sql)?.timeline;
  const behind = members.filter(
    ({ name, sql }) => name !== dcs.leader && sql.ok && timeline !== undefined && sql.value.timeline !== timeline,
  );
  if (behind.length === 0) return passed(id, 'every standby that answers is on the timeline of the leader');
  const each = behind.map(({ name, sql }) => `${name} (${known(sql)?.timeline})`).join(', ');
  return warned(
    id,
    `not on the leader's timeline ${timeline}: ${each}; Patroni will rewind or reinitialise them where it is set to`,
    'What only they hold is gone then.',
  );
}

function scheduled({ cluster, orders }: PatroniScene, atMs: number): Check {
  const id = 'scheduled';
  const when = (at: string) => (Date.parse(at) > atMs ? `will be done at ${at}` : `was due at ${at} and will be dropped`);
  const all = orders.map(({ says, at }) => `the ${says} ${when(at)}`);
  return all.length === 0
    ? passed(id, 'Patroni has nothing scheduled')
    : warned(id, `suspended until now: ${all.join(', ')}`, `Clear what is not wanted any more: \`/pg unschedule ${cluster}\`.`);
}
