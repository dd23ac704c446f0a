import type { MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import { ownBranch } from '../core/own-branch.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import { etcdChecks } from './etcd-checks.ts';
import { lagLimit } from './lag-checks.ts';
import { couldTakeOver, memberCalled, memberClusterChecks, streamingNow } from './member-scene.ts';
import { copyChecks, sourceOf } from './reinit-copy-checks.ts';
import { sceneOf, type Scene } from './scene.ts';
import type { SwitchoverFacts } from './switchover-facts.ts';
import { whyWritesStop } from './sync-loss.ts';

/** All that the plan of a reinit needs to know. */
export interface ReinitPreflight {
  readonly leader: string;
  readonly systemId: string;
  readonly timeline: number;
  readonly maxLagBytes: number;
  /** Start of its postmaster at the plan; absent: it does not answer by SQL. */
  readonly startedAtMs?: number;
  /** It does not run well, so Patroni may end what it is doing there. */
  readonly force: boolean;
  /** Other standbys that stream now. */
  readonly others: readonly string[];
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

/** @throws Refusal for an unknown member, for the leader, and when the name was not typed a second time. */
export function reinitPreflight(
  facts: SwitchoverFacts,
  asked: { readonly cluster: string; readonly member: string; readonly discard?: string | undefined },
): ReinitPreflight {
  const scene = sceneOf(facts, 'reinit');
  const member = memberCalled(scene, asked.member);
  const { name } = member;
  if (name === scene.leader.name)
    throw refusal(
      `${name} leads ${scene.cluster}: a leader's data is never discarded`,
      `Switch over first: \`/pg switchover ${scene.cluster}\`. Then ask again.`,
    );
  requireTyped(scene.cluster, name, asked.discard);
  const others = streamingNow(scene).filter((other) => other !== name);
  const startedAtMs = known(member.sql)?.postmasterStartedAtMs;
  const state = known(member.patroni)?.state;
  return {
    leader: scene.leader.name,
    systemId: scene.leaderSql.systemId,
    timeline: scene.leaderSql.timeline,
    maxLagBytes: lagLimit(scene),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    force: state !== undefined && !['running', 'streaming'].includes(state),
    others,
    checks: [
      ...memberClusterChecks(scene, 'reinit'),
      ...etcdChecks(scene),
      patroniAnswers(member),
      holdsNothing(scene, member),
      ...copyChecks(scene, member),
      standbysLeft(scene, name),
    ],
    notes: notesOf(scene, member),
  };
}

function requireTyped(cluster: string, name: string, discard: string | undefined): void {
  if (discard === name) return;
  throw refusal(
    discard === undefined
      ? `a reinit discards the data directory of ${name}, so its name is typed twice`
      : `${JSON.stringify(discard)} was typed to discard, but ${name} would lose its data directory`,
    `Type \`/pg reinit ${cluster} ${name} --discard ${name}\` if that is the one.`,
  );
}

function patroniAnswers({ name, patroni }: MemberReadings): Check {
  const id = 'member-patroni';
  return patroni.ok
    ? passed(id, `Patroni on ${name} answers; it says the member is ${patroni.value.role} and ${patroni.value.state}`)
    : blocked(id, `Patroni on ${name} does not answer (${patroni.why}), and it makes the copy`, 'See to Patroni there first.', {
        hard: true,
      });
}

/** What is discarded must be nothing that the leader lacks; where that cannot be proven, a person answers for it by name. */
function holdsNothing(scene: Scene, { name, sql, patroni }: MemberReadings): Check {
  const id = 'holds-nothing';
  const { leader, leaderSql, dcs } = scene;
  if (!sql.ok) {
    const led = dcs.history.findLast(({ newLeader }) => newLeader === name);
    const last = led ? `; it led last from timeline ${led.timeline + 1} on` : '; it never led, as far as the history goes back';
    return blocked(
      id,
      `what ${name} holds cannot be read (${sql.why})${last}`,
      'Start it or read its control file first; override only when its data may be lost.',
      { hard: false },
    );
  }
  if (!sql.value.inRecovery)
    return blocked(
      id,
      `${name} is out of recovery beside ${leader.name}: it may take writes`,
      'Stop clients there first; look at the status.',
      {
        hard: true,
      },
    );
  const of = { member: name, sql: sql.value, replays: known(patroni)?.timeline };
  const { kind, says } = ownBranch(of, { name: leader.name, sql: leaderSql }, dcs.history);
  if (kind === 'none') return passed(id, says);
  return blocked(
    id,
    kind === 'own'
      ? `${name} holds what ${leader.name} lacks: ${says}`
      : `whether ${name} holds what ${leader.name} lacks is not known: ${says}`,
    'Save its data directory first, or override with the reason why it may be lost.',
    { hard: false },
  );
}

function standbysLeft(scene: Scene, name: string): Check {
  const id = 'standbys-left';
  const stops = whyWritesStop(scene, [name]);
  if (stops !== undefined)
    return blocked(id, `writes stop for the whole copy: ${stops}`, 'Add a standby first, or turn strict mode off for it.', {
      hard: false,
    });
  const others = couldTakeOver(scene).filter((other) => other !== name);
  if (others.length > 0) return passed(id, `${others.join(' and ')} streams while ${name} is copied`);
  const own = streamingNow(scene).includes(name);
  const says = `no other standby that may lead streams while ${name} is copied: nobody could take over from ${scene.leader.name}`;
  return own
    ? blocked(id, `${says}, and ${name} streams now`, 'Leave it, or say why it must be copied anew.', { hard: false })
    : warned(id, says, 'Have another standby ready soon.');
}

function notesOf(scene: Scene, { name, disk }: MemberReadings): readonly string[] {
  const space = known(disk)?.data;
  const used = space ? ` (${formatBytes(space.sizeBytes - space.freeBytes)} are used on its file system)` : '';
  return [
    `The data directory of ${name}${used} is discarded by Patroni and copied anew from ${sourceOf(scene, name)}; nothing of it is kept.`,
    `Who reads from ${name} is cut off until it streams again.`,
  ];
}
