import { type DataDirectory, isRestore, type RewindMark } from '../core/data-directory.ts';
import { TrunklineError, unreachable } from '../core/errors.ts';
import type { ControlData } from '../core/server.ts';
import { historyFileName, type TimelineHistory } from '../core/timeline-history.ts';
import { listData, readHistory, readMark, restoreCommand, unwritable } from './data-commands.ts';
import type { HostLayout } from './host-layout.ts';
import { parseControlData } from './parse-control-data.ts';
import { type DataEntry, parseDataList } from './parse-data-list.ts';
import { parseHistory } from './parse-history.ts';
import { controlData } from './server-commands.ts';
import type { SshPool } from './ssh-pool.ts';

interface Asked {
  readonly ssh: SshPool;
  readonly host: string;
  readonly layout: HostLayout;
  readonly timeoutMs: number;
}

/**
 * What a host shows of its data directory.
 * @throws TrunklineError when the host does not answer; ZodError when it says something else than these programs do.
 */
export async function readDataDirectory(asked: Asked): Promise<DataDirectory> {
  const { ssh, host, layout, timeoutMs } = asked;
  const how = { timeoutMs, mayRepeat: true };
  const [listed, restore, stuck, marked, control] = await Promise.all([
    ssh.run(host, listData(layout), how),
    ssh.run(host, restoreCommand(layout), how),
    firstUnwritable(asked),
    ssh.run(host, readMark(layout), how),
    ssh.run(host, controlData(layout), how),
  ]);
  const entries = parseDataList(listed.stdout);
  const { dataDirectory } = layout;
  if (!entries.some(({ path }) => path === dataDirectory)) throw noDirectory(host, dataDirectory, listed.stderr);
  const timeline = control.code === 0 ? timelineOf(parseControlData(control.stdout), entries) : undefined;
  const history = timeline === undefined ? undefined : await historyOf(asked, timeline);
  const mark = marked.code === 0 ? markOf(marked.stdout, entries, dataDirectory) : undefined;
  return {
    ...foldersIn(entries, dataDirectory),
    ...(history ? { history } : {}),
    ...(restore.code === 0 ? { restoreCommand: restore.stdout.trim() } : {}),
    ...stuck,
    ...(mark ? { mark } : {}),
  };
}

/** Every file is looked at, which a big data directory has no time for. */
async function firstUnwritable({
  ssh,
  host,
  layout,
  timeoutMs,
}: Asked): Promise<Pick<DataDirectory, 'unwritable' | 'tooManyFiles'>> {
  try {
    const { stdout } = await ssh.run(host, unwritable(layout), { timeoutMs: timeoutMs / 2, mayRepeat: true });
    const path = stdout.trim();
    return path === '' ? {} : { unwritable: path };
  } catch (error) {
    if (error instanceof TrunklineError && error.kind === 'unreachable') return { tooManyFiles: true };
    throw error;
  }
}

function noDirectory(host: string, dataDirectory: string, stderr: string): Error {
  return unreachable(
    `${dataDirectory} on ${host} can not be listed: ${stderr.trim().split('\n')[0]?.slice(0, 200) || 'find said nothing'}`,
    'See whether dataDirectory of the member is right, and whether sudo grants what `trunkline sudoers` prints.',
  );
}

type Folders = Pick<DataDirectory, 'names' | 'tablespaces' | 'walIsLink' | 'walFiles' | 'walBytes'>;

function foldersIn(entries: readonly DataEntry[], data: string): Folders {
  const inside = (folder: string) =>
    entries.flatMap((entry) => {
      const name = entry.path.startsWith(`${folder}/`) ? entry.path.slice(folder.length + 1) : '';
      return name === '' || name.includes('/') ? [] : [{ ...entry, name }];
    });
  const top = inside(data);
  // With a slash at the end, find prints the names below it with one slash too.
  const wal = inside(`${data}/pg_wal`).filter(({ kind, name }) => kind === 'file' && /^[0-9A-F]{24}$/.test(name));
  return {
    names: [...new Set(top.map(({ name }) => name))].sort(),
    tablespaces: inside(`${data}/pg_tblspc`).flatMap(({ kind, name }) => (kind === 'link' ? [name] : [])),
    walIsLink: top.some(({ kind, name }) => name === 'pg_wal' && kind === 'link'),
    walFiles: wal.map(({ name }) => name).sort(),
    walBytes: wal.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/**
 * A standby may have replayed into a later timeline than that of its last checkpoint. A primary that was promoted just now has a new
 * timeline before its control file says so; its newest history is its own, as only a standby fetches those of others.
 */
function timelineOf({ timeline, minRecoveryTimeline, state }: ControlData, entries: readonly DataEntry[]): number {
  const written = entries.flatMap(({ path }) => {
    const [, hex] = /\/pg_wal\/([0-9A-F]{8})\.history$/.exec(path) ?? [];
    return hex === undefined || state !== 'in production' ? [] : [Number.parseInt(hex, 16)];
  });
  return Math.max(timeline, minRecoveryTimeline, ...written);
}

async function historyOf({ ssh, host, layout, timeoutMs }: Asked, timeline: number): Promise<TimelineHistory | undefined> {
  if (timeline === 1) return { timeline, left: [] };
  const { code, stdout } = await ssh.run(host, readHistory(layout, historyFileName(timeline)), { timeoutMs, mayRepeat: true });
  return code === 0 ? { timeline, left: parseHistory(stdout) } : undefined;
}

/** `inode/birth/claim`, as it was written before the rewind or the restore; data-scripts.ts has the same rule for the start of a server. */
function markOf(text: string, entries: readonly DataEntry[], data: string): RewindMark | undefined {
  const [, inode, bornS, claim] = /^(\d+)\/(\d+)\/([A-Za-z0-9.-]+)\s*$/.exec(text) ?? [];
  if (claim === undefined) return undefined;
  const control = entries.find(({ path }) => path === `${data}/global/pg_control`);
  if (!isRestore(claim)) return { claim, isOfThis: control !== undefined && control.inode === inode && control.bornS === bornS };
  const isLeft = (name: string) => entries.some(({ path }) => path === `${data}/${name}`);
  return { claim, isOfThis: control === undefined || isLeft('backup.manifest') || isLeft('backup_label') };
}
