import { type FileHandle, open, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AuditHead, hashOf } from '../core/audit-entry.ts';
import { asError, refusal, type TrunklineError, unreachable } from '../core/errors.ts';
import { type FiledEntry, fileLine, parseFileLine } from './file-line.ts';
import { setTornAside } from './torn-line.ts';

/** The audit log as a file: one line an entry, only ever longer. */
export interface JsonlFile {
  /** The last entry that it holds; `undefined` when it is empty. */
  readonly tail: AuditHead | undefined;
  /** Bytes of a last line that was not finished and that were set aside; 0 when there were none. */
  readonly tornBytes: number;
  /** Writes entries behind the last and waits until they are on disk. @throws Unreachable; then nothing of them counts as written. */
  append(entries: readonly FiledEntry[]): Promise<void>;
  /** False when the path is another file by now, or somebody else changed this one: open it again. */
  isSame(): Promise<boolean>;
  /** @throws Unreachable when less than this is free where it lies. */
  mustHaveRoom(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** More than the longest line. */
const TAIL_BYTES = 1024 * 1024;

/**
 * Opens the file, or makes it (0600). A last line without its end, as a crash in the middle of a write leaves it, is set aside in
 * `PATH.torn` and cut off, to be written again.
 * @throws Unreachable when it can't be written; Refusal when its last line is none that Trunkline wrote.
 */
export async function openJsonlFile(path: string): Promise<JsonlFile> {
  const handle = await writable(path, () => open(path, 'a+', 0o600).then((made) => made.close().then(() => open(path, 'r+'))));
  try {
    return await opened(path, handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function opened(path: string, handle: FileHandle): Promise<JsonlFile> {
  const found = await handle.stat();
  if (!found.isFile()) throw refusal(`${path} is no file`, 'Correct audit.file in the configuration.');
  await writable(path, () => synced(dirname(path)));
  const last = await lastBytes(handle, found.size);
  const tornBytes = last.length - (last.lastIndexOf('\n') + 1);
  if (tornBytes > 0) await writable(path, () => setTornAside(path, handle, found.size, tornBytes));
  let size = found.size - tornBytes;
  let tail = tailOf(path, last.subarray(0, last.length - tornBytes));
  return {
    get tail() {
      return tail;
    },
    tornBytes,
    async append(entries) {
      const bytes = Buffer.from(entries.map((entry) => `${fileLine(entry)}\n`).join(''));
      await writable(path, () => writeAll(handle, bytes, size));
      size += bytes.length;
      tail = entries.at(-1) ?? tail;
    },
    async isSame() {
      const now = await stat(path).catch(() => undefined);
      return now !== undefined && now.ino === found.ino && now.dev === found.dev && now.size === size;
    },
    async mustHaveRoom(bytes) {
      const { bavail, bsize } = await writable(path, () => statfs(path));
      if (bavail * bsize < bytes) throw unwritable(path, `only ${bavail * bsize} bytes are free there`);
    },
    close: () => handle.close(),
  };
}

/** At a place and not 'at the end': two who write the same entries write the same bytes at the same place. */
async function writeAll(handle: FileHandle, bytes: Buffer, from: number): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, from + done);
      done += bytesWritten;
    }
    await handle.datasync();
  } catch (error) {
    await handle.truncate(from);
    throw error;
  }
}

async function lastBytes(handle: FileHandle, size: number): Promise<Buffer> {
  const length = Math.min(size, TAIL_BYTES);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.subarray(0, bytesRead);
}

function tailOf(path: string, whole: Buffer): AuditHead | undefined {
  if (whole.length === 0) return undefined;
  const begin = whole.lastIndexOf('\n', whole.length - 2) + 1;
  const line = parseFileLine(whole.subarray(begin, whole.length - 1).toString());
  if (line && hashOf(line.text) === line.hash) return { seq: line.seq, hash: line.hash };
  throw refusal(
    `the last line of ${path} is not as Trunkline wrote it, so the file was changed`,
    'Run `trunkline audit verify`, keep the file as evidence, and move it away; a new one is begun.',
  );
}

/** A new file stays after a power cut only when its folder was written too. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writable<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw unwritable(path, asError(error).message, error);
  }
}

function unwritable(path: string, why: string, cause?: unknown): TrunklineError {
  return unreachable(
    `the audit file ${path} can not be written: ${why}`,
    'No change starts until it can. Make room, or correct its owner or audit.file in the configuration.',
    cause,
  );
}
