import type { MemberReadings, SqlMember } from '../core/cluster.ts';
import type { DataDirectory } from '../core/data-directory.ts';
import { refusal } from '../core/errors.ts';
import type { Lsn } from '../core/lsn.ts';
import { known } from '../core/reading.ts';
import { replicatesFrom } from '../core/replicates-from.ts';
import type { ControlData, Server } from '../core/server.ts';
import { type Divergence, divergenceOf } from '../core/timeline-history.ts';
import type { RebuildFacts } from './rebuild-facts.ts';

/** The facts of a rebuild once it is proven who leads. */
export interface RebuildScene {
  readonly facts: RebuildFacts;
  readonly cluster: string;
  readonly node: MemberReadings;
  readonly sql: SqlMember | undefined;
  readonly server: Server | undefined;
  readonly control: ControlData | undefined;
  readonly data: DataDirectory | undefined;
  readonly leader: NonNullable<RebuildFacts['leader']> & { readonly sql: SqlMember };
  /** As far as the node's WAL is known to go; more may be behind it. */
  readonly end: Lsn | undefined;
  readonly timeline: number | undefined;
  readonly parted: Divergence | undefined;
  /** Why the point of divergence is not known. */
  readonly partedWhy: string | undefined;
  /** The timeline that it replays, by Patroni; the one that it receives may be another. */
  readonly replays: number | undefined;
  readonly streams: boolean;
}

/**
 * Who leads, by the DCS and by SQL, and where the node parted from it.
 * @throws Refusal for a cluster or a member that can't be rebuilt: no proven primary, the leader itself, no Patroni.
 */
export function rebuildScene(facts: RebuildFacts): RebuildScene {
  const { snapshot, node: name } = facts;
  const cluster = snapshot.cluster.name;
  const node = snapshot.members.find((member) => member.name === name);
  if (!node) throw refusal(`${cluster} has no member ${name}`, 'Name one of its members.');
  const leader = provenLeader(facts);
  if (leader.name === name)
    throw refusal(`${name} leads ${cluster}; a leader is not rebuilt`, 'Switch over to another member first, then ask again.');
  refuseCascading(facts, node, leader);
  const server = known(facts.server);
  const data = known(facts.data);
  const { control } = server ?? {};
  const sql = known(node.sql);
  const timeline = control && Math.max(control.timeline, control.minRecoveryTimeline);
  return {
    ...{ facts, cluster, node, sql, server, control, data, leader, timeline },
    end: endOf(control, sql),
    ...parting(facts, leader, timeline),
    replays: known(node.patroni)?.timeline,
    streams: streams(name, sql, leader.sql, known(node.patroni)?.timeline),
  };
}

/** @throws Refusal for a member that another standby feeds: what it lacks is told by that one, not by the leader. */
function refuseCascading({ snapshot }: RebuildFacts, node: MemberReadings, leader: RebuildScene['leader']): void {
  const upstream = replicatesFrom(node, known(snapshot.dcs));
  const feeds = snapshot.members.find(({ name }) => name === upstream && name !== leader.name);
  if (!feeds) return;
  const cluster = snapshot.cluster.name;
  const row = known(feeds.sql)?.standbys.find(({ name }) => name === node.name);
  const own = known(node.sql);
  const timeline = own?.walReceiver?.timeline ?? own?.timeline;
  if (row?.state === 'streaming' && timeline === leader.sql.timeline && known(node.patroni)?.timeline === timeline)
    throw refusal(
      `${node.name} streams from the standby ${feeds.name} on timeline ${timeline}, as its tag replicatefrom says: there is nothing to rebuild`,
      `\`/pg lag ${cluster}\` shows how far it is behind.`,
    );
  throw refusal(
    `${node.name} replicates from the standby ${feeds.name} (tag replicatefrom), and a rebuild of a cascading member is not supported`,
    `Take the tag out of patroni.yml of ${node.name}, \`/pg reload ${cluster} ${node.name}\`, and ask again.`,
  );
}

function provenLeader(facts: RebuildFacts): RebuildScene['leader'] {
  const { snapshot, leader } = facts;
  const { name: cluster, mode } = snapshot.cluster;
  const see = `Look at \`/pg status ${cluster}\`.`;
  if (mode !== 'patroni')
    throw refusal(`${cluster} is run without Patroni, and a rebuild there is not supported`, 'Rebuild it by hand.');
  if (!snapshot.dcs.ok) throw refusal(`the DCS of ${cluster} can not be read: ${snapshot.dcs.why}`, 'See to etcd first.');
  if (snapshot.dcs.value.config.standbyCluster)
    throw refusal(`${cluster} is a standby cluster, whose leader is no primary`, 'Rebuild its members by hand.');
  if (!leader) throw refusal(`nobody holds the leader key of ${cluster}, so there is nothing to rebuild from`, see);
  const reading = snapshot.members.find(({ name }) => name === leader.name)?.sql;
  if (!reading?.ok)
    throw refusal(`${leader.name} holds the leader key but does not answer by SQL: ${reading?.why ?? 'it is unknown'}`, see);
  if (reading.value.inRecovery)
    throw refusal(
      `${leader.name} holds the leader key but is in recovery: there is no primary to rebuild from`,
      `\`/pg release ${cluster}\` frees a leader key that no primary stands behind.`,
    );
  const rival = snapshot.members.find(({ name, sql }) => name !== leader.name && known(sql)?.inRecovery === false);
  if (rival)
    throw refusal(
      `${rival.name} is out of recovery beside ${leader.name}: two primaries take writes`,
      `Decide which one is right, and stop the other one. ${see}`,
    );
  return { ...leader, sql: reading.value };
}

/** The checkpoint of a server that was shut down is the end of its WAL but for that one record. */
export function endOf(control: ControlData | undefined, sql: SqlMember | undefined): Lsn | undefined {
  const known = [control?.checkpointLsn, control?.minRecoveryLsn, sql?.writeLsn, sql?.receiveLsn, sql?.replayLsn];
  const found = known.filter((lsn) => lsn !== undefined);
  return found.length === 0 ? undefined : Math.max(...found);
}

export function parting(
  facts: RebuildFacts,
  leader: RebuildScene['leader'],
  timeline: number | undefined,
): Pick<RebuildScene, 'parted' | 'partedWhy'> {
  const not = (partedWhy: string) => ({ parted: undefined, partedWhy });
  if (!facts.data.ok) return not(facts.data.why);
  if (!leader.data.ok) return not(leader.data.why);
  const [own, theirs] = [facts.data.value.history, leader.data.value.history];
  if (timeline === undefined) return not(`the control file of ${facts.node} can not be read`);
  if (!own) return not(`the history of timeline ${timeline} is not in pg_wal of ${facts.node}`);
  if (!theirs) return not(`the history of timeline ${leader.sql.timeline} is not in pg_wal of ${leader.name}`);
  if (theirs.timeline !== leader.sql.timeline)
    return not(`the control file of ${leader.name} is on timeline ${theirs.timeline} and not yet on ${leader.sql.timeline}`);
  const parted = divergenceOf(own, theirs);
  return parted ? { parted, partedWhy: undefined } : not(`${facts.node} and ${leader.name} have no timeline in common`);
}

/** One that went on alone may receive the new timeline and never replay it: what it replays tells. */
function streams(name: string, sql: SqlMember | undefined, leader: SqlMember, replays: number | undefined): boolean {
  const row = leader.standbys.find((standby) => standby.name === name);
  const timeline = sql?.walReceiver?.timeline ?? sql?.timeline;
  return sql?.inRecovery === true && row?.state === 'streaming' && timeline === leader.timeline && replays === leader.timeline;
}
