import { blocked, type Check, passed, warned } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { walFileName } from '../core/timeline-history.ts';
import { formatBytes } from '../core/units.ts';
import type { RebuildFacts } from './rebuild-facts.ts';
import { type RebuildScene, rebuildScene } from './rebuild-scene.ts';
import { rehearsalNote } from './rehearsal-note.ts';
import { partedNote, type RebuildVerdict, type RebuildWay, rebuildVerdict } from './rebuild-verdict.ts';

/** What the person asked for beside the node. */
export interface RebuildAsked {
  readonly how: 'auto' | 'rewind' | 'reinit';
  /** The node's name, typed once more where something is discarded. */
  readonly discard?: string | undefined;
}

/** All that the steps of a rebuild are made of. */
export interface Rebuild {
  readonly way: RebuildWay;
  /** What is done, a sentence. */
  readonly summary: string;
  readonly leader: string;
  /** Of the leader. */
  readonly timeline: number;
  readonly systemId: string;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
  /** Why something is discarded, where it is. */
  readonly discards?: string;
  readonly restoreWal: boolean;
  /** Name of the unit that rewinds. */
  readonly claim: string;
  /** What is kept of the lost branch; absent where there is none, or where it is not known. */
  readonly keepWal?: { readonly from: string; readonly suffix: string };
  /** What the old data directory is called when a new copy is made. */
  readonly oldSuffix: string;
  /** True: there is no room for it beside the new copy, so it is deleted before that is made. */
  readonly deletesOld: boolean;
  /** Nothing is there to be set aside. */
  readonly hasData: boolean;
}

/** @throws Refusal for a cluster or a member that can't be rebuilt. */
export function planRebuild(facts: RebuildFacts, asked: RebuildAsked): Rebuild {
  const scene = rebuildScene(facts);
  requireSomethingToDo(scene, asked.how);
  const verdict = rebuildVerdict(scene, asked.how);
  const { way } = verdict;
  const copy = way === 'reinit' ? copyChecks(scene) : { checks: [], deletesOld: false };
  const discards = discardsOf(scene, verdict, copy.deletesOld);
  const { leader, parted, end, timeline, control } = scene;
  const at = (lsn: number | undefined) => `t${timeline ?? 0}-${(lsn ?? 0).toString(16)}`;
  const lost = verdict.lostBytes !== 0 && parted !== undefined && control !== undefined;
  return {
    way,
    summary: summaryOf(way, leader.name, leader.sql.timeline),
    leader: leader.name,
    timeline: leader.sql.timeline,
    systemId: leader.sql.systemId,
    checks: [...verdict.checks, ...copy.checks, ...typedName(scene, discards, asked.discard)],
    notes: [`Why: ${verdict.why}.`, ...notesOf(scene, verdict, copy.deletesOld)],
    ...(discards === undefined ? {} : { discards }),
    restoreWal: (scene.data?.restoreCommand ?? '') !== '',
    claim: `rewind-${leader.sql.systemId}-t${leader.sql.timeline}-${(parted?.lsn ?? 0).toString(16)}`,
    ...(lost
      ? { keepWal: { from: walFileName(parted.timeline, parted.lsn, control.walSegmentBytes), suffix: `wal-${at(parted.lsn)}` } }
      : {}),
    oldSuffix: `old-${at(end)}`,
    deletesOld: copy.deletesOld,
    hasData: scene.server?.process !== 'no data directory',
  };
}

/** A copy that is asked for of a member that streams is a reinit; 'nothing to do' alone would leave whoever asked without it. */
function requireSomethingToDo({ node, leader, cluster, streams }: RebuildScene, how: RebuildAsked['how']): void {
  if (!streams || how !== 'reinit') return;
  throw refusal(
    `${node.name} streams from ${leader.name}, so there is nothing to rebuild`,
    `To copy it anew all the same: \`/pg reinit ${cluster} ${node.name} --discard ${node.name}\`.`,
  );
}

/** The facts whose change makes an approval stale; what could not be read is null. */
export function rebuildMaterial(facts: RebuildFacts): {
  readonly systemId: string | null;
  readonly leader: string | null;
  readonly timeline: number | null;
  readonly node: string;
  readonly nodeTimeline: number | null;
} {
  const leader = facts.leader?.name;
  const sql = known(facts.snapshot.members.find(({ name }) => name === leader)?.sql);
  return {
    systemId: sql?.systemId ?? null,
    leader: leader ?? null,
    timeline: sql?.timeline ?? null,
    node: facts.node,
    nodeTimeline: known(facts.server)?.control?.timeline ?? null,
  };
}

function summaryOf(way: RebuildWay, leader: string, timeline: number): string {
  const to = `${leader} on timeline ${timeline}`;
  if (way === 'nothing') return `it streams from ${to} already.`;
  if (way === 'wait') return `Patroni does it by itself; watch until it streams from ${to}.`;
  return `${way === 'rewind' ? `rewind it to ${to}` : `make a new copy of ${to}`}. Clients of the cluster notice nothing.`;
}

/** A new copy takes the place of the old data directory, which stays beside it where there is room. */
export function copyChecks(
  { node, data, leader, server }: RebuildScene,
  emptyThem = 'Let Patroni do it, which empties them: `/pg reinit`.',
): { checks: readonly Check[]; deletesOld: boolean } {
  const id = 'room-for-a-copy';
  const disk = known(node.disk)?.data;
  const bytes = known(leader.source)?.databaseBytes;
  const hasData = server?.process !== 'no data directory';
  const outside = outsideCheck(node.name, data?.tablespaces ?? [], data?.walIsLink === true, emptyThem);
  if (!disk || bytes === undefined) {
    const says = `whether a copy of ${leader.name} fits beside the old data directory of ${node.name} is not known`;
    return { checks: [outside, warned(id, says, 'A full disk ends the copy; the old one is kept as it is.')], deletesOld: false };
  }
  const needed = Math.ceil(bytes * 1.1) + disk.sizeBytes / 50;
  const says = `${node.name} has ${formatBytes(disk.freeBytes)} free, and ${leader.name} has ${formatBytes(bytes)} of databases`;
  const limit = `${formatBytes(needed)} free`;
  if (disk.freeBytes >= needed) return { checks: [outside, passed(id, says, limit)], deletesOld: false };
  const hint = 'So the old data directory is deleted before the copy is made.';
  return hasData
    ? { checks: [outside, warned(id, says, hint, limit)], deletesOld: true }
    : { checks: [outside, blocked(id, says, 'Make room first.', { hard: true, limit })], deletesOld: false };
}

function outsideCheck(node: string, tablespaces: readonly string[], walIsLink: boolean, emptyThem: string): Check {
  const id = 'inside-the-data-directory';
  const outside = [...(walIsLink ? ['pg_wal'] : []), ...tablespaces.map((oid) => `the tablespace ${oid}`)];
  return outside.length === 0
    ? passed(id, `${node} has its WAL and all tablespaces inside its data directory`)
    : blocked(
        id,
        `${outside.join(', ')} of ${node} lie outside of its data directory, and a new copy would find them full`,
        emptyThem,
        { hard: true },
      );
}

function discardsOf({ node, leader }: RebuildScene, { way, lostBytes }: RebuildVerdict, deletesOld: boolean): string | undefined {
  if (way !== 'rewind' && way !== 'reinit') return undefined;
  if (deletesOld) return `the old data directory of ${node.name} is deleted`;
  if (lostBytes === 0) return undefined;
  return `what ${node.name} wrote after it parted from ${leader.name} leaves the database`;
}

export function typedName(
  { node, cluster }: RebuildScene,
  discards: string | undefined,
  typed: string | undefined,
): readonly Check[] {
  if (discards === undefined) return [];
  return typed === node.name
    ? [passed('typed-name', `the name of ${node.name} was typed once more, as ${discards}`)]
    : [
        blocked(
          'typed-name',
          `${discards}, and ${typed === undefined ? 'the name of the node was not typed for that' : `'${typed}' is not its name`}`,
          `If that is what you want: \`/pg rebuild ${cluster} ${node.name} --discard ${node.name}\`. \`--dry-run\` shows everything first.`,
          { hard: true },
        ),
      ];
}

function notesOf(scene: RebuildScene, verdict: RebuildVerdict, deletesOld: boolean): readonly string[] {
  const { way } = verdict;
  if (way === 'nothing') return [];
  if (way === 'wait')
    return [
      partedNote(scene, verdict),
      `If it does not stream then: \`--how rewind\` or \`--how reinit\` does it without Patroni.`,
    ];
  const keep = deletesOld ? [] : [`The old data directory stays beside the new one; \`/pg kept\` lists it.`];
  const kept =
    verdict.lostBytes === 0 ? [] : [`The WAL of the lost branch is kept beside the data directory first; \`/pg kept\` lists it.`];
  const tool = ['No backup tool is configured, so the copy is a base backup of the leader that Patroni makes.'];
  return [partedNote(scene, verdict), ...(way === 'rewind' ? [rehearsalNote(scene), ...kept] : [...keep, ...tool])];
}
