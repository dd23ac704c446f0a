import type { Disk, DiskSpace } from '../core/cluster.ts';

/**
 * Reads `df -B1 --output=target,size,avail DATA WAL` (coreutils): a header, then a line for each argument. A mount point can hold blanks,
 * so the numbers are taken from the end. Absent `wal`: both lie on one file system.
 * @throws Error when the text has another form.
 */
export function parseDf(text: string): Disk {
  const [data, wal] = text.trim().split('\n').slice(1).map(parseLine);
  if (!data) throw new Error('df printed no file system');
  return wal && wal.mount !== data.mount ? { data, wal } : { data };
}

function parseLine(line: string): DiskSpace {
  const [, mount, size, free] = /^(\/.*?)\s+(\d{1,15})\s+(\d{1,15})\s*$/.exec(line) ?? [];
  if (!mount || !size || !free) throw new Error('df printed something else than a file system');
  return { mount, sizeBytes: Number(size), freeBytes: Number(free) };
}
