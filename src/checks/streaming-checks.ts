import { blocked, type Check, passed, warned } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { slotNameOf, standbyRow } from '../core/standby-row.ts';
import { backupChecks } from './backup-checks.ts';
import { noFailoverLeft } from './left-claims.ts';
import { leaderChecks } from './leader-checks.ts';
import { poolerChecks, resumeUnitOf } from './pooler-checks.ts';
import { plainSceneOf } from './plain-scene.ts';
import { routingChecks } from './routing-checks.ts';
import { type BareScene, candidateIn } from './scene.ts';
import { hostCheck, standbyChecks } from './standby-checks.ts';
import { chooseStandby, explainStandby } from './standby-choice.ts';
import { followsAs, type StreamingFacts } from './streaming-facts.ts';
import { type Way, wayOf, writeNote } from './way-of.ts';

/** How a member will follow the new primary. */
export interface Follower {
  readonly member: string;
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly passfile?: string;
    readonly sslMode?: 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
    readonly slot: string;
  };
}

/** All that the plan of a switchover of a plain streaming cluster needs to know. */
export interface StreamingPreflight extends Way {
  readonly leader: string;
  readonly target: string;
  readonly timeline: number;
  readonly systemId: string;
  /** The primary as it runs now; until it is started anew. */
  readonly life: { readonly systemId: string; readonly timeline: number; readonly primaryStartedAtMs: number };
  readonly maxLagBytes: number;
  /** The old primary, then the other standbys that stream now. */
  readonly rejoins: Follower;
  readonly follows: readonly Follower[];
  /** All but these two. */
  readonly others: readonly string[];
  /** By which the primary serves its standbys now. */
  readonly slots: readonly string[];
  /** PgBouncers to pause; none where there are none or people did not want that. */
  readonly poolers: readonly string[];
  /** The name of the timers that resume them, without the PgBouncer's own. */
  readonly resumeUnit: string;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

/**
 * The pre-flight list. `to` absent means that nobody streams, as the choice is settled before.
 * @throws Refusal when nothing sensible can be planned.
 */
export function streamingPreflight(facts: StreamingFacts, to: string | undefined, pause = true): StreamingPreflight {
  const scene = plainSceneOf(facts);
  const named = to ?? chooseStandby(facts, undefined);
  if (named === undefined)
    throw refusal(
      `no standby of ${scene.cluster} streams from ${scene.leader.name}, so nobody can take over without loss`,
      `Mend one of them first; \`/pg status ${scene.cluster}\` shows how they are.`,
    );
  const target = candidateIn(scene, named);
  const { leader, leaderSql, others } = scene;
  const { systemId, timeline } = leaderSql;
  const streaming = others.filter((one) => one !== target && standbyRow(leaderSql, one)?.state === 'streaming' && known(one.sql));
  const pair = { leader: leader.name, target: target.name };
  const server = (name: string) => {
    const reading = facts.servers[name];
    return reading?.ok ? reading.value : (reading?.why ?? 'it was not asked');
  };
  return {
    ...pair,
    ...{ systemId, timeline, life: { systemId, timeline, primaryStartedAtMs: leaderSql.postmasterStartedAtMs } },
    maxLagBytes: facts.limits.maxReplayLagBytes,
    rejoins: followerOf(facts, leader.name, pair),
    others: others.filter((one) => one !== target).map(({ name }) => name),
    follows: streaming.map(({ name }) => followerOf(facts, name, pair)),
    slots: leftSlots(scene),
    ...wayOf(facts.snapshot),
    poolers: pause ? facts.poolers.map(({ name }) => name) : [],
    resumeUnit: resumeUnitOf(leaderSql),
    checks: [
      onePrimary(scene),
      ...standbyChecks(scene, target),
      ...leaderChecks(scene, target),
      hostCheck(scene, leader, server(leader.name), true),
      hostCheck(scene, target, server(target.name), false),
      ...[leader, ...streaming].map(({ name }) => loginCheck(facts, scene, name, target.name)),
      noFailoverLeft(facts.claims, { cluster: scene.cluster, leader: leader.name, life: { systemId, timeline } }),
      ...routingChecks(scene, target),
      ...backupChecks(facts.backups, facts.atMs),
      ...(pause ? poolerChecks(facts.poolers) : []),
    ],
    notes: [...explainStandby(scene, target.name), ...routeNotes(scene), ...poolerNotes(facts, pause), writeNote(facts.snapshot)],
  };
}

function onePrimary({ leader, leaderSql, others }: BareScene): Check {
  const id = 'one-leader';
  const says = `${leader.name} is out of recovery by SQL, on timeline ${leaderSql.timeline}`;
  const silent = others.filter(({ sql }) => !sql.ok).map(({ name }) => name);
  if (silent.length === 0) return passed(id, `${says}; nobody else is`);
  return warned(
    id,
    `${says}; ${silent.join(' and ')} could not be asked`,
    `See that ${silent.join(' and ')} is off or a standby.`,
  );
}

/** Tried now, as a former primary that can not log in afterwards would stay out. */
function loginCheck(facts: StreamingFacts, { leaderSql }: BareScene, from: string, to: string): Check {
  const id = `login-${from}`;
  const found = facts.logins[from];
  const hint = `Let ${from} replicate from ${to}: a line of pg_hba.conf on ${to}, and the role's password in the passfile on ${from}.`;
  if (!found?.ok)
    return blocked(id, `${from} cannot log in to ${to} for replication: ${found?.why ?? 'not tried'}`, hint, { hard: false });
  if (found.value.systemId !== leaderSql.systemId)
    return blocked(
      id,
      `at the address of ${to} another database cluster answers to ${from}`,
      'Correct its host in the configuration.',
      {
        hard: true,
      },
    );
  return passed(id, `${from} can log in to ${to} for replication`);
}

export function followerOf(
  facts: Pick<StreamingFacts, 'snapshot' | 'upstreams'> & Partial<Pick<StreamingFacts, 'loginsAs'>>,
  member: string,
  pair: { leader: string; target: string },
): Follower {
  const { host, port = 5432 } = facts.snapshot.cluster.members.find(({ name }) => name === pair.target) ?? { host: '' };
  const { user = 'unknown', passfile, sslMode } = followsAs(facts, member, pair) ?? {};
  return {
    member,
    connection: {
      ...{ host, port, user, slot: slotNameOf(member) },
      ...(passfile ? { passfile } : {}),
      ...(isSslMode(sslMode) ? { sslMode } : {}),
    },
  };
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
function isSslMode(text: string | undefined): text is (typeof SSL_MODES)[number] {
  return SSL_MODES.some((mode) => mode === text);
}

function leftSlots({ others, leaderSql }: BareScene): readonly string[] {
  const used = others.flatMap(({ sql }) => known(sql)?.walReceiver?.slot ?? []);
  return leaderSql.slots.filter(({ name, kind }) => kind === 'physical' && used.includes(name)).map(({ name }) => name);
}

function routeNotes({ facts: { snapshot }, leader }: BareScene): readonly string[] {
  const { proxies, vip } = snapshot;
  return [
    ...(proxies.length > 0 ? ['HAProxy finds the new primary by its own health check; the run waits for that.'] : []),
    ...(vip ? [`The VIP ${vip.address} stays where it is: Trunkline does not move it.`] : []),
    ...(proxies.length === 0 && !vip
      ? [
          `No HAProxy and no VIP is configured: clients must find the new primary themselves (target_session_attrs), or be pointed away from ${leader.name}.`,
        ]
      : []),
    'The old primary is started as a standby when it was shut down cleanly; it is not rewound.',
  ];
}

/** A PgBouncer whose databases name the old primary itself would send clients to a standby. */
function poolerNotes({ poolers, snapshot }: StreamingFacts, pause: boolean): readonly string[] {
  if (poolers.length === 0) return [];
  const names = poolers.map(({ name }) => name).join(' and ');
  if (!pause) return [`${names} ${poolers.length === 1 ? 'is' : 'are'} not paused: clients see errors for some seconds.`];
  return snapshot.proxies.length > 0
    ? []
    : [`${names} must find the new primary by an address that moves with it: no HAProxy is configured that could be waited for.`];
}
