import type { Check } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { chooseCandidate } from './candidate.ts';
import { etcdChecks } from './etcd-checks.ts';
import { lagLimit } from './lag-checks.ts';
import { memberCalled, memberClusterChecks, streamingNow } from './member-scene.ts';
import type { RestartAsked, RestartFacts } from './restart-facts.ts';
import { restartLeaderChecks } from './restart-leader-checks.ts';
import { restartReplicaChecks } from './restart-replica-checks.ts';
import { type Chosen, type Lead, type RestartPreflight, START_WITHIN_S } from './restart-shape.ts';
import { restartNotes } from './restart-words.ts';
import { sceneOf, type Scene } from './scene.ts';
import { type RestartOrder, restartOrder } from './shared-memory.ts';
import { switchoverPreflight } from './switchover-checks.ts';
import { whyWritesStop } from './sync-loss.ts';

/**
 * How the leader restarts, where it does and nothing was said: in its place. That keeps the leader, the timeline, logical slots and the
 * connections' route, and behind HAProxy writes are usually back sooner than after a switchover.
 */
export function settleRestart(facts: RestartFacts, { member, pending, ...asked }: RestartAsked): RestartAsked {
  const scene = sceneOf(facts, 'restart');
  const what = { ...(member === undefined ? {} : { member }), ...(pending ? { pending } : {}) };
  if (!facts.restarts.includes(scene.leader.name)) return what;
  const leader = asked.leader ?? (asked.to === undefined ? 'in-place' : 'switchover');
  const to = leader === 'switchover' ? chooseCandidate(facts, asked.to) : undefined;
  return { ...what, leader, ...(to === undefined ? {} : { to }) };
}

/**
 * The pre-flight list.
 * @throws Refusal when nothing sensible can be planned: nobody named, nothing pending, an unknown name, an order that does not exist.
 */
export function restartPreflight(facts: RestartFacts, asked: RestartAsked): RestartPreflight {
  const scene = sceneOf(facts, 'restart');
  const members = namedMembers(scene, facts, asked).map((name) => memberCalled(scene, name));
  const replicas = inOrder(
    scene,
    members.map(({ name }) => name).filter((name) => name !== scene.leader.name),
  );
  const restartsLeader = members.some(({ name }) => name === scene.leader.name);
  const order = restartOrder(scene, replicas, restartsLeader);
  const lead = restartsLeader ? leadOf(scene, asked, order) : undefined;
  const stops = whyStops(scene, replicas, lead);
  const started = (name: string) => known(memberCalled(scene, name).sql)?.postmasterStartedAtMs ?? 0;
  return {
    leader: scene.leader.name,
    systemId: scene.leaderSql.systemId,
    timeline: scene.leaderSql.timeline,
    maxLagBytes: lagLimit(scene),
    replicas: replicas.map((name) => ({ name, startedAtMs: started(name) })),
    ...(lead ? { lead: { ...lead, startedAtMs: started(lead.name) } } : {}),
    streaming: streamingNow(scene),
    archives: (scene.leaderSql.archiver?.mode ?? 'off') !== 'off',
    hasProxies: facts.snapshot.proxies.length > 0,
    checks: checksOf(scene, { replicas, lead, order }),
    notes: [
      ...restartNotes(scene, { replicas, lead, order }),
      ...(stops === undefined ? [`Writes go on: ${scene.leader.name} is not touched.`] : []),
    ],
    harm: stops === undefined ? { risk: 'interrupts-nothing' } : { risk: 'interrupts-writes', riskReason: stops },
    startWithinS: START_WITHIN_S,
  };
}

function namedMembers({ cluster }: Scene, { restarts }: RestartFacts, { member, pending }: RestartAsked): readonly string[] {
  if (member !== undefined && pending)
    throw refusal(
      'a member and --pending do not go together',
      'Name one member, or leave it out to restart all that wait for one.',
    );
  if (member === undefined && !pending)
    throw refusal(
      'it does not say what to restart',
      `Name a member, or use \`/pg restart ${cluster} --pending\` for all of which a restart is pending, one at a time.`,
    );
  if (restarts.length > 0) return restarts;
  throw refusal(
    `no restart is pending on any member of ${cluster} that answers: nothing to do`,
    'To restart a member all the same, name it.',
  );
}

/** Those that no commit waits for first, then by name. */
function inOrder({ dcs, leaderSql }: Scene, names: readonly string[]): readonly string[] {
  const isSync = (name: string) =>
    (dcs.sync?.standbys ?? []).includes(name) ||
    leaderSql.standbys.some((row) => row.name === name && ['sync', 'quorum'].includes(row.syncState));
  return names.toSorted((a, b) => Number(isSync(a)) - Number(isSync(b)) || (a < b ? -1 : 1));
}

function leadOf(scene: Scene, asked: RestartAsked, { first }: RestartOrder): Lead {
  const { name } = scene.leader;
  const by = asked.leader ?? 'in-place';
  if (by === 'in-place') return { name, by, when: first === 'leader' ? 'first' : 'last' };
  if (first === 'leader')
    throw refusal(
      `a setting that sizes shared memory goes down, so ${name} must restart first and in its place`,
      'Leave `--leader switchover` out: the standby that would take over still has the old value, and would keep it.',
    );
  const target = asked.to ?? chooseCandidate(scene.facts, undefined);
  return { name, by, when: 'last', ...(target === undefined ? {} : { target }) };
}

function checksOf(scene: Scene, { replicas, lead, order }: Chosen): readonly Check[] {
  const own = [
    ...memberClusterChecks(scene, 'restart'),
    ...etcdChecks(scene),
    ...order.checks,
    ...replicas.flatMap((name) => restartReplicaChecks(scene, memberCalled(scene, name))),
    ...(lead?.by === 'in-place' ? restartLeaderChecks(scene, START_WITHIN_S) : []),
  ];
  if (lead?.by !== 'switchover') return own;
  const restartedBefore = lead.target !== undefined && replicas.includes(lead.target);
  // A switchover asks for more: where both look at the same, its verdict counts.
  const more = switchoverPreflight(scene.facts, lead.target, NO_PAUSE).checks.filter(
    ({ id }) => !restartedBefore || id !== PENDING,
  );
  return [...new Map([...own, ...more].map((check) => [check.id, check])).values()];
}

const PENDING = 'candidate-pending-restart';
/** No PgBouncer is paused by a restart. */
const NO_PAUSE = false;

function whyStops(scene: Scene, replicas: readonly string[], lead: Lead | undefined): string | undefined {
  if (lead?.by === 'switchover') return `the lead moves from ${lead.name} to ${lead.target ?? 'a standby'}`;
  if (lead) return `${lead.name} takes writes, and restarts`;
  for (const name of replicas) {
    const why = whyWritesStop(scene, [name]);
    if (why !== undefined) return why;
  }
  return undefined;
}
