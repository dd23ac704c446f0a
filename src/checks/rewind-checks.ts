import { blocked, type Check, passed, warned } from '../core/check.ts';
import { formatLsn } from '../core/lsn.ts';
import { known } from '../core/reading.ts';
import { walFileName } from '../core/timeline-history.ts';
import { formatBytes } from '../core/units.ts';
import type { RebuildScene } from './rebuild-scene.ts';
import { rewindRoleCheck } from './rewind-role-check.ts';

/** What pg_rewind needs (pg_rewind(1)), each with its evidence for this node; a block is a reason to make a new copy instead. */
export function rewindChecks(scene: RebuildScene): readonly Check[] {
  return [
    sameSystem(scene),
    pointOfDivergence(scene),
    hints(scene),
    fullPageWrites(scene),
    cleanShutdown(scene),
    neededWal(scene),
    rewindRoleCheck(scene),
    writable(scene),
    space(scene),
  ];
}

const COPY = 'Then only a new copy helps: `--how reinit`.';
const no = (id: string, says: string, hint = COPY): Check => blocked(id, says, hint, { hard: true });

function sameSystem({ node, control, leader, facts }: RebuildScene): Check {
  const id = 'same-system';
  if (!control)
    return no(id, `the control file of ${node.name} can not be read${facts.server.ok ? '' : `: ${facts.server.why}`}`);
  return control.systemId === leader.sql.systemId
    ? passed(id, `${node.name} and ${leader.name} are of one system (identifier ${control.systemId})`)
    : no(id, `${node.name} is of another system (${control.systemId}) than ${leader.name} (${leader.sql.systemId})`);
}

function pointOfDivergence({ node, leader, parted, partedWhy = '', timeline, end }: RebuildScene): Check {
  const id = 'divergence';
  if (!parted) return no(id, `where ${node.name} parted from ${leader.name} is not known: ${partedWhy}`);
  const at = `${node.name} (timeline ${timeline}) parted from ${leader.name} (timeline ${leader.sql.timeline}) at ${formatLsn(parted.lsn)} of timeline ${parted.timeline}`;
  const lost = end === undefined ? 0 : end - parted.lsn;
  return passed(
    id,
    `${at}; its WAL goes at least to ${end === undefined ? 'an unknown end' : formatLsn(end)}, ${lostWords(lost)}`,
  );
}

/** How much was written on the lost branch, as far as it is known. */
export function lostWords(bytes: number): string {
  return bytes >= 0 ? `so at least ${formatBytes(bytes)} lie on the lost branch` : 'which is before that point';
}

function hints({ node, control }: RebuildScene): Check {
  const id = 'checksums-or-hints';
  if (!control) return no(id, `whether ${node.name} has data checksums or wal_log_hints is not known`);
  const { dataChecksums, walLogHints } = control;
  const says = `${node.name} has data checksums ${dataChecksums ? 'on' : 'off'} and wal_log_hints ${walLogHints ? 'on' : 'off'}`;
  return dataChecksums || walLogHints
    ? passed(id, says, 'one of them on')
    : blocked(id, says, `Without them a rewind misses changed pages. ${COPY}`, { hard: true, limit: 'one of them on' });
}

function fullPageWrites({ node, control, leader }: RebuildScene): Check {
  const id = 'full-page-writes';
  const source = known(leader.source);
  if (!source || !control) return warned(id, `full_page_writes of ${leader.name} is not known`, 'The rehearsal will tell.');
  const off = [...(control.fullPageWrites ? [] : [node.name]), ...(source.fullPageWrites ? [] : [leader.name])];
  return off.length === 0
    ? passed(id, `full_page_writes is on at ${node.name} (when it last wrote a checkpoint) and at ${leader.name}`)
    : no(id, `full_page_writes is off at ${off.join(' and ')}`);
}

const CLEAN = ['shut down', 'shut down in recovery'];

function cleanShutdown({ node, control, server, leader }: RebuildScene): Check {
  const id = 'clean-shutdown';
  if (!control) return no(id, `how ${node.name} was shut down is not known`);
  const says = `the control file of ${node.name} says '${control.state}'`;
  if (server?.process === 'running') return passed(id, `PostgreSQL runs on ${node.name}; the run stops it cleanly first`);
  if (CLEAN.includes(control.state)) return passed(id, says);
  if (leader.sql.versionNum < 130_000)
    return no(id, `${says}, and pg_rewind before PostgreSQL 13 does not bring it to a clean stop`);
  return passed(id, `${says}: it crashed; pg_rewind brings it to a clean stop by single-user recovery first`);
}

function neededWal({ node, parted, control, data, end }: RebuildScene): Check {
  const id = 'needed-wal';
  if (!parted || !control || !data) return no(id, `which WAL is needed and there on ${node.name} is not known`);
  const { walSegmentBytes: size } = control;
  const restore = (data.restoreCommand ?? '') !== '';
  // The last checkpoint that both have: known where the node wrote none after it parted.
  const from = Math.max(0, Math.min(control.redoLsn, parted.lsn - 1));
  const names = [];
  for (let lsn = Math.floor(from / size) * size; lsn < Math.max(end ?? 0, parted.lsn) && names.length < 10_000; lsn += size)
    names.push(walFileName(lsn < parted.lsn ? parted.timeline : control.timeline, lsn, size));
  const missing = names.filter((name) => !data.walFiles.includes(name));
  const where = `the WAL of ${node.name} from ${formatLsn(from)} on`;
  if (missing.length === 0)
    return passed(
      id,
      `${where} is in pg_wal (${names.length} ${names.length === 1 ? 'file' : 'files'}); the rehearsal looks for the last common checkpoint`,
    );
  const gone = `${missing.length} of ${names.length} files are gone, the first is ${missing[0]}`;
  return restore
    ? passed(id, `of ${where}, ${gone}; restore_command is set, so pg_rewind fetches them (--restore-target-wal)`)
    : no(id, `of ${where}, ${gone}, and there is no restore_command to fetch them by`);
}

function writable({ node, data }: RebuildScene): Check {
  const id = 'unwritable-files';
  if (!data) return no(id, `the data directory of ${node.name} can not be read`);
  if (data.tooManyFiles)
    return warned(
      id,
      `${node.name} has too many files to look at each in time`,
      'One that postgres may not write ends a rewind half way.',
    );
  return data.unwritable === undefined
    ? passed(id, `postgres may write every file of ${node.name}`)
    : no(
        id,
        `postgres may not write ${data.unwritable} on ${node.name}: a rewind fails at it half way`,
        `Put its owner right. ${COPY}`,
      );
}

function space({ node, data }: RebuildScene): Check {
  const id = 'space';
  const disk = known(node.disk)?.data;
  if (!disk) return warned(id, `how much space ${node.name} has is not known`, 'A full disk ends a rewind half way.');
  const wal = data?.walBytes ?? 0;
  const says = `${node.name} has ${formatBytes(disk.freeBytes)} free; the WAL that is kept takes at most ${formatBytes(wal)}`;
  const limit = `twice that and ${disk.sizeBytes > 0 ? '1 % of the disk' : 'more'}`;
  return disk.freeBytes > 2 * wal + disk.sizeBytes / 100
    ? passed(id, says, limit)
    : blocked(id, says, 'Make room first: `/pg kept` shows what runs have put aside.', { hard: true, limit });
}
