import type { MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import { backupChecks } from './backup-checks.ts';
import { earlierFailover } from './left-claims.ts';
import { lostFence } from './plain-fence.ts';
import { isDead, noReceiver } from './plain-life-checks.ts';
import type { PlainFailoverFacts } from './plain-failover-facts.ts';
import { lostCandidate, lostSceneOf, replayed, upTo } from './plain-failover-scene.ts';
import { newestTimeline, replayedBy } from './plain-timeline-check.ts';
import { type Follower, followerOf } from './streaming-checks.ts';
import { type Way, wayOf, writeNote } from './way-of.ts';

const hard = { hard: true };

/** All that the plan of a failover of a plain streaming cluster needs to know. */
export interface PlainFailoverPreflight extends Way {
  readonly leader: string;
  readonly target: string;
  readonly timeline: number;
  readonly systemId: string;
  /** The old primary's host answers and its server is stopped, so that the first step fences it. */
  readonly fences: boolean;
  /** That step can write a standby.signal. */
  readonly marks: boolean;
  /** Nothing but a person's word keeps it from coming back as a primary. */
  readonly isUnfenced: boolean;
  /** What takes that fence back while nobody is promoted; absent where part of it was there before, which is not ours to take. */
  readonly lifted?: { readonly systemId: string; readonly timeline: number; readonly others: string[] };
  readonly stated: string | undefined;
  readonly follows: readonly Follower[];
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

/** The standby to promote: the one named, or the one that has received the most of the newest timeline that is replayed. @throws Refusal as `plainFailoverPreflight`. */
export function choosePlainFailover(facts: PlainFailoverFacts, named: string | undefined): string | undefined {
  const { standbys } = lostSceneOf(facts);
  return named === undefined ? standbys[0]?.name : lostCandidate(facts, named).name;
}

/** The pre-flight list. @throws Refusal when nothing sensible can be planned. */
export function plainFailoverPreflight(
  facts: PlainFailoverFacts,
  asked: { readonly to?: string | undefined; readonly fencedBy?: string | undefined },
): PlainFailoverPreflight {
  const { cluster, leader, standbys } = lostSceneOf(facts);
  const named = asked.to ?? standbys[0]?.name;
  if (named === undefined)
    throw refusal(
      `no standby of ${cluster} answers by SQL, so nobody can be promoted`,
      'Bring a standby back first, or the primary itself.',
    );
  const target = lostCandidate(facts, named);
  const sql = known(target.sql);
  const fence = lostFence(leader.name, facts.servers[leader.name], asked.fencedBy);
  const pair = { leader: leader.name, target: target.name };
  const life = { systemId: sql?.systemId ?? '0', timeline: replayedBy(facts, target)?.timeline ?? 1 };
  return {
    ...pair,
    ...life,
    fences: fence.by === 'units' || fence.by === 'mask',
    marks: fence.by === 'units',
    isUnfenced: fence.by === 'word' || fence.by === 'mask',
    ...(fence.by === 'units' ? lifts(facts, leader.name, target) : {}),
    stated: fence.by === 'word' || fence.by === 'mask' ? `${leader.name} is ${asked.fencedBy}` : undefined,
    follows: standbys.filter(({ name }) => name !== target.name).map(({ name }) => followerOf(facts, name, pair)),
    ...wayOf(facts.snapshot),
    checks: [
      isDead(facts, leader.name),
      noReceiver(facts, leader.name),
      able(facts, target),
      newestTimeline(facts, leader.name, standbys, target),
      mostAdvanced(facts, standbys, target),
      fence.check,
      earlierFailover(facts.claims, { ...pair, life }),
      commitsGoOn(target),
      atRisk(facts, leader.name, target),
      ...backupChecks(facts.backups, facts.snapshot.startedAtMs),
    ],
    notes: [...notesOn(cluster, leader.name, target, standbys), writeNote(facts.snapshot)],
  };
}

function notesOn(
  cluster: string,
  leader: string,
  target: MemberReadings,
  standbys: readonly MemberReadings[],
): readonly string[] {
  return [
    `Chosen: ${target.name}.${
      standbys.length > 1
        ? ` Could take over too: ${standbys
            .filter((one) => one !== target)
            .map(({ name }) => name)
            .join(', ')}.`
        : ''
    }`,
    `${leader} must not come back as it is: afterwards \`/pg rebuild ${cluster} ${leader}\` makes a standby of it.`,
  ];
}

function able({ servers }: PlainFailoverFacts, { name, sql }: MemberReadings): Check {
  const id = 'candidate-able';
  const hint = 'Name another member, or mend it.';
  if (!sql.ok) return blocked(id, `${name} does not answer by SQL: ${sql.why}`, hint, hard);
  const server = servers[name];
  if (!server?.ok) return blocked(id, `the host of ${name} could not be asked: ${server?.why ?? 'not asked'}`, hint, hard);
  return server.value.process === 'running' && server.value.control?.systemId === sql.value.systemId
    ? passed(id, `${name} is a standby, and its server runs in the data directory that is configured`)
    : blocked(id, `no server of this cluster runs in the data directory that is configured for ${name}`, hint, hard);
}

function lifts(facts: PlainFailoverFacts, leader: string, target: MemberReadings): Pick<PlainFailoverPreflight, 'lifted'> {
  const server = known(facts.servers[leader]);
  const sql = known(target.sql);
  const timeline = replayedBy(facts, target)?.timeline;
  if (!sql || timeline === undefined || server?.standbySignal !== false || server.postgres.enabled.startsWith('masked'))
    return {};
  const others = facts.snapshot.members.map(({ name }) => name).filter((name) => name !== leader);
  return { lifted: { systemId: sql.systemId, timeline, others } };
}

/** Among those that replay the same timeline: an LSN compares with no other. */
function mostAdvanced(facts: PlainFailoverFacts, standbys: readonly MemberReadings[], target: MemberReadings): Check {
  const id = 'candidate-advanced';
  const [first] = standbys.filter((one) => replayed(facts, one) === replayed(facts, target));
  const more = first ? upTo(first) - upTo(target) : 0;
  return first && more > 0
    ? blocked(
        id,
        `${first.name} has received ${formatBytes(more)} more than ${target.name}, which would be lost`,
        `Promote ${first.name} instead.`,
        {
          hard: false,
        },
      )
    : passed(id, `no standby that answers has received more than ${target.name}`);
}

/** A new primary that waits for a standby which is not there takes no commit (PostgreSQL docs, synchronous_standby_names). */
function commitsGoOn({ name, sql }: MemberReadings): Check {
  const id = 'candidate-sync-names';
  const own = known(sql)?.synchronousStandbyNames ?? '';
  return own === ''
    ? passed(id, `commits on ${name} will not wait for a standby`)
    : warned(
        id,
        `synchronous_standby_names is '${own}' on ${name}: as the primary it confirms no commit until such a standby streams from it`,
        "If commits hang, run `ALTER SYSTEM SET synchronous_standby_names = '';` and `SELECT pg_reload_conf();` there, as superuser.",
      );
}

/** The control file of the old primary, where its host answers, says how far it wrote at least. */
function atRisk({ servers }: PlainFailoverFacts, leader: string, target: MemberReadings): Check {
  const control = known(servers[leader])?.control;
  const lost = Math.max(0, (control?.checkpointLsn ?? 0) - upTo(target));
  const why = control ? 'by its control file' : 'as its control file cannot be read';
  return warned(
    'bytes-at-risk',
    `at least ${formatBytes(lost)} of WAL are lost with ${target.name}, ${why}, plus what ${leader} wrote after its last checkpoint and nobody received`,
    'What was only on the old primary stays in its data directory: keep that for forensics.',
  );
}
