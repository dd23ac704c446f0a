import { type Backup, type Backups, lastGood } from '../core/backups.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { isRestore } from '../core/data-directory.ts';
import { known } from '../core/reading.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { outsideCheck } from './outside-check.ts';
import type { RebuildScene } from './rebuild-scene.ts';

/** What pgBackRest could restore over a node's data directory, and why not. */
export interface Delta {
  /** The newest backup of the leader's branch; absent where there is none. */
  readonly backup?: Backup & { readonly endedAtMs: number };
  readonly checks: readonly Check[];
  /** Nothing speaks against it, so it is chosen before a base backup: it copies only what differs. */
  readonly isFit: boolean;
  /** Names the restore; no other one of this backup, of this node as it stands now, has the same. */
  readonly token: string;
}

const hard = { hard: true };

/** A restore in place by pgBackRest (pgbackrest(1), restore, --delta); `undefined` where no such tool is configured. */
export function deltaOf(scene: RebuildScene): Delta | undefined {
  const { facts, node, data, leader } = scene;
  const { backups } = facts;
  if (!backups || (backups.ok && backups.value.tool !== 'pgBackRest')) return undefined;
  const backup = backups.ok ? newestFor(scene, backups.value) : undefined;
  const checks = [
    backups.ok
      ? backupCheck(scene, backups.value, backup)
      : blocked('backup-to-restore', `which backups there are can not be read: ${backups.why}`, 'See to pgBackRest first.', hard),
    dataCheck(scene),
    restoreCommandCheck(node.name, leader.name, data?.restoreCommand),
    outsideCheck(node.name, data?.tablespaces ?? [], data?.walIsLink === true),
    ...roomCheck(scene),
  ];
  const isFit = checks.every(({ id, verdict }) => verdict !== 'block' && (id !== 'backup-to-restore' || verdict === 'pass'));
  return { ...(backup ? { backup } : {}), checks, isFit, token: tokenOf(scene) };
}

/** What stands in place of the checks where somebody asks for a restore and there is no tool for it. */
export const noDelta = (cluster: string): Check =>
  blocked(
    'backup-to-restore',
    `the configuration names no pgBackRest for ${cluster}, so there is nothing to restore from`,
    'Add `backups` with its stanza to the cluster, or leave `--how` out.',
    hard,
  );

function newestFor({ leader, facts, node }: RebuildScene, { all }: Backups): Delta['backup'] {
  const history = known(facts.leader?.data ?? { ok: false, why: '', source: '', atMs: 0 })?.history;
  const isOfBranch = ({ timeline, stopLsn }: Backup) => {
    if (timeline === leader.sql.timeline) return true;
    const left = history?.left.find((one) => one.timeline === timeline);
    return left !== undefined && stopLsn !== undefined && stopLsn <= left.lsn;
  };
  const isKnown = ({ unknownTo = [] }: Backup) => !unknownTo.includes(node.name);
  const fit = all.filter((one) => one.systemId === leader.sql.systemId && isOfBranch(one) && isKnown(one));
  return lastGood({ all: fit }, facts.snapshot.startedAtMs);
}

function backupCheck({ facts, leader, node }: RebuildScene, { of, maxAgeMs }: Backups, backup: Delta['backup']): Check {
  const id = 'backup-to-restore';
  const limit = `ended at most ${formatDuration(maxAgeMs)} ago`;
  if (!backup)
    return blocked(
      id,
      `pgBackRest on ${node.name} has no good backup of ${of} with the system identifier ${leader.sql.systemId} from before ${leader.name}'s branch, or on it`,
      'Make one, or leave `--how delta` out.',
      { ...hard, limit },
    );
  const ageMs = Math.max(0, facts.snapshot.startedAtMs - backup.endedAtMs);
  const says = `the backup ${backup.label} of ${of} (${backup.kind}, timeline ${backup.timeline}) ended ${formatDuration(ageMs)} ago`;
  return ageMs <= maxAgeMs
    ? passed(id, says, limit)
    : warned(id, says, 'All WAL since then is replayed, so a base backup may be quicker: `--how reinit`.', limit);
}

function dataCheck({ facts, node, server }: RebuildScene): Check {
  const id = 'data-to-restore-over';
  const { name } = node;
  if (server?.process === 'no data directory')
    return blocked(id, `${name} has no data directory to restore over`, 'A base backup is as quick there: `--how reinit`.', hard);
  if (!server || !facts.data.ok) {
    const silent = [facts.server, facts.data].find(({ ok }) => !ok);
    return blocked(id, `what is on ${name} can not be read${silent && !silent.ok ? `: ${silent.why}` : ''}`, 'Ask again.', hard);
  }
  return passed(id, `the data directory of ${name} is there; files in it that are as in the backup stay`);
}

/** The WAL between the backup and what the leader still has comes from the archive (Patroni docs, recovery_conf). */
function restoreCommandCheck(node: string, leader: string, command: string | undefined): Check {
  const id = 'wal-from-the-archive';
  if (command === undefined)
    return warned(id, `whether Patroni on ${node} fetches WAL from the archive can not be read`, 'Look by hand.');
  return command === ''
    ? blocked(
        id,
        `${node} has no restore_command, so ${leader} would have to keep all WAL since the backup`,
        'Set it in `postgresql.recovery_conf` of Patroni.',
        { hard: false },
      )
    : passed(id, `${node} fetches WAL from the archive (restore_command is set)`);
}

/** The WAL of the lost branch is copied first; of what is restored most is there already. */
function roomCheck({ node, data }: RebuildScene): readonly Check[] {
  const disk = known(node.disk)?.data;
  if (!disk || !data) return [];
  const id = 'room-to-keep-wal';
  const says = `${node.name} has ${formatBytes(disk.freeBytes)} free; the WAL that is kept takes at most ${formatBytes(data.walBytes)}`;
  const limit = 'that and 1 % of the disk';
  return disk.freeBytes > data.walBytes + disk.sizeBytes / 100
    ? [passed(id, says, limit)]
    : [blocked(id, says, 'Make room first: `/pg kept` shows what runs have put aside.', { hard: false, limit })];
}

/** Where the node stands, or how often it was restored before: the claim of a restore that failed before it wrote is taken as well. */
function tokenOf({ data, end, control }: RebuildScene): string {
  const mark = data?.mark;
  const stands = (end ?? 0).toString(16);
  if (mark && isRestore(mark.claim)) return `${stands}-h${Number(/-h(\d{1,4})$/.exec(mark.claim)?.[1] ?? 0) + 1}`;
  return mark?.isOfThis || !control ? `${stands}-h1` : stands;
}
