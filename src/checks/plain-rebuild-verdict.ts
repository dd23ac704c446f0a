import { blocked, type Check, passed, warned } from '../core/check.ts';
import { formatLsn } from '../core/lsn.ts';
import { walFileName } from '../core/timeline-history.ts';
import type { PlainRebuildScene } from './plain-rebuild-scene.ts';
import { type RebuildVerdict, rebuildVerdict } from './rebuild-verdict.ts';

/** What a rebuild without Patroni comes to: nothing, following the primary again, a rewind, or a new copy. */
export type PlainRebuildWay = 'nothing' | 'follow' | 'rewind' | 'reinit';

export interface PlainRebuildVerdict extends Omit<RebuildVerdict, 'way'> {
  readonly way: PlainRebuildWay;
}

/** Decides as the rebuild of a member of Patroni does; who needs neither rewind nor copy is made to follow, as nobody else does it. */
export function plainRebuildVerdict(scene: PlainRebuildScene, how: 'auto' | 'rewind' | 'reinit'): PlainRebuildVerdict {
  const { way, ...found } = rebuildVerdict(scene, how);
  const { node, leader } = scene;
  const checks = [...found.checks.filter(({ id }) => id !== 'not-paused'), ...historyWritten(scene)];
  if (way !== 'wait') return { ...found, way, checks };
  const wal = walOnPrimary(scene);
  if (wal.verdict !== 'pass')
    return { ...found, way: 'reinit', why: `${node.name} can not follow ${leader.name}: ${wal.says}`, checks: [...checks, wal] };
  const why = `${node.name} has nothing that ${leader.name} lacks, so that it can follow ${leader.name} as it is`;
  return { ...found, way: 'follow', why, checks: [...checks, wal] };
}

/** So soon after a promotion that its history is not to be read yet, a new copy would be made without need. */
function historyWritten({ facts, leader }: PlainRebuildScene): readonly Check[] {
  const read = leader.data.ok ? leader.data.value.history : undefined;
  if (!read || read.timeline === leader.sql.timeline || facts.data.ok === false) return [];
  return [
    blocked(
      'history-written',
      `${leader.name} leads on timeline ${leader.sql.timeline}, and its data directory shows timeline ${read.timeline} still`,
      `It was promoted just now: ask again in a moment, or run \`CHECKPOINT\` on ${leader.name}.`,
      { hard: true },
    ),
  ];
}

/** The primary must still have the WAL from where the node stands on, or the node must be able to restore it. */
function walOnPrimary({ node, leader, parted, end, control, data }: PlainRebuildScene): Check {
  const id = 'wal-to-follow';
  const files = leader.data.ok ? leader.data.value.walFiles : undefined;
  if (!parted || end === undefined || !control || !files)
    return warned(id, `which WAL ${node.name} needs of ${leader.name} is not known`, 'So a new copy is made.');
  // Of whatever timeline: the names of a segment differ in their first eight digits alone.
  const [oldest] = files.map((name) => name.slice(8)).sort();
  const needed = walFileName(leader.sql.timeline, end, control.walSegmentBytes).slice(8);
  const where = `the WAL of ${leader.name} from ${formatLsn(end)} on, where ${node.name} stands`;
  if (oldest !== undefined && oldest <= needed) return passed(id, `${where}, is in its pg_wal`);
  return (data?.restoreCommand ?? '') === ''
    ? warned(id, `${where}, is gone, and ${node.name} has no restore_command`, 'So a new copy is made.')
    : passed(id, `${where}, is gone from its pg_wal; ${node.name} has a restore_command to fetch it by`);
}
