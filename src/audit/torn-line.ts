import { type FileHandle, open } from 'node:fs/promises';

/**
 * Keeps the last bytes of a file, a line that was not finished, at the end of `PATH.torn` and cuts them off the file; in this
 * order, so that they are never lost.
 * @throws Error of Node.
 */
export async function setTornAside(path: string, handle: FileHandle, size: number, tornBytes: number): Promise<void> {
  const { buffer } = await handle.read(Buffer.alloc(tornBytes), 0, tornBytes, size - tornBytes);
  const aside = await open(`${path}.torn`, 'a', 0o600);
  try {
    await aside.appendFile(Buffer.concat([buffer, Buffer.from('\n')]));
    await aside.sync();
  } finally {
    await aside.close();
  }
  await handle.truncate(size - tornBytes);
  await handle.datasync();
}
