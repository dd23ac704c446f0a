import type { MemberReadings } from '../core/cluster.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { replayedTimeline } from '../core/replayed-timeline.ts';
import { standbyRow } from '../core/standby-row.ts';
import type { PlainRebuildFacts } from './plain-rebuild-facts.ts';
import { endOf, parting, type RebuildScene } from './rebuild-scene.ts';

/** PostgreSQL 13 takes another primary on a reload (release notes of 13). */
const OLDEST = 130_000;

/** The facts of a rebuild without Patroni once there is one member, other than the node, that is out of recovery. */
export interface PlainRebuildScene extends RebuildScene {
  readonly facts: PlainRebuildFacts;
  /** The node takes writes as well: a second primary, or the right one. */
  readonly nodeLeads: boolean;
  /** Neither the node nor the primary. */
  readonly others: readonly MemberReadings[];
}

/**
 * Sets the scene. Whether the primary is the right one is a matter of checks.
 * @throws Refusal for a member that can't be rebuilt: nobody to rebuild it from, several, or PostgreSQL before 13.
 */
export function plainRebuildScene(facts: PlainRebuildFacts): PlainRebuildScene {
  const { snapshot, node: name } = facts;
  const { name: cluster } = snapshot.cluster;
  const node = snapshot.members.find((member) => member.name === name);
  if (!node) throw refusal(`${cluster} has no member ${name}`, 'Name one of its members.');
  const sql = known(node.sql);
  const leader = onlyOther(facts, sql?.inRecovery === false);
  const server = known(facts.server);
  const data = known(facts.data);
  const { control } = server ?? {};
  const nodeLeads = sql?.inRecovery === false;
  // The control file of a primary that was promoted just now tells the timeline before, for minutes.
  const writes = nodeLeads ? sql.timeline : 0;
  const timeline = control && Math.max(control.timeline, control.minRecoveryTimeline, writes);
  const replays = replayedTimeline(node, facts.server)?.timeline;
  const row = standbyRow(leader.sql, node);
  const receives = sql?.walReceiver?.timeline ?? sql?.timeline;
  const isOn = [receives, replays].every((one) => one === leader.sql.timeline);
  const parted = parting(facts, leader, timeline);
  const end = endOf(control, sql);
  return {
    ...{ facts, cluster, node, sql, server, control, data, leader, timeline, replays, nodeLeads },
    ...parted,
    // The checkpoint of its shutdown will be on the lost branch, if nothing else is.
    end: nodeLeads && parted.parted && end !== undefined ? Math.max(end, parted.parted.lsn + 1) : end,
    streams: sql?.inRecovery === true && row?.state === 'streaming' && isOn,
    others: snapshot.members.filter((one) => one !== node && one.name !== leader.name),
  };
}

function onlyOther({ snapshot, node, leader }: PlainRebuildFacts, nodeLeads: boolean): RebuildScene['leader'] {
  const cluster = snapshot.cluster.name;
  const see = `Look at \`/pg status ${cluster}\`.`;
  const others = snapshot.members.filter(({ name }) => name !== node);
  const primaries = others.filter(({ sql }) => known(sql)?.inRecovery === false).map(({ name }) => name);
  if (primaries.length > 1)
    throw refusal(
      `${primaries.join(' and ')} of ${cluster} are out of recovery at once: nobody knows which one to rebuild ${node} from`,
      `Rebuild the wrong one of them first. ${see}`,
    );
  const sql = known(others.find(({ name }) => name === leader?.name)?.sql);
  if (!leader || !sql) {
    const silent = others.flatMap(({ name, sql: one }) => (one.ok ? [] : [`${name}: ${one.why}`]));
    const rest = silent.length > 0 ? ` (${silent.join('; ')})` : '';
    throw nodeLeads
      ? refusal(
          `${node} leads ${cluster}, and no other member that answers does${rest}; a primary is not rebuilt`,
          `Switch over to another member first, then ask again. ${see}`,
        )
      : refusal(
          `no other member of ${cluster} is out of recovery, so there is no primary to rebuild ${node} from${rest}`,
          `Bring the primary back first, or promote a standby: \`/pg failover ${cluster}\`.`,
        );
  }
  if (sql.versionNum < OLDEST)
    throw refusal(
      `${cluster} runs PostgreSQL ${Math.floor(sql.versionNum / 10_000)}`,
      'The rebuild of a member of a plain streaming cluster needs PostgreSQL 13 or newer.',
    );
  return { ...leader, sql };
}
