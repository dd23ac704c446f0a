import { z } from 'zod';

/** One entry of `listData`. */
export interface DataEntry {
  /** Of a link, what the type says of the link itself. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly inode: string;
  /** Seconds since the epoch; 0 where the file system does not say. */
  readonly bornS: string;
  readonly bytes: number;
  readonly path: string;
}

const Line = z.tuple([z.string().regex(/^[0-9a-f]{4,6}$/), z.string(), z.string(), z.string().regex(/^\d{1,15}$/), z.string()]);
/** S_IFMT of stat(2). */
const KINDS: Readonly<Record<number, DataEntry['kind']>> = { 32768: 'file', 16384: 'folder', 40960: 'link' };

/**
 * Reads the lines of `stat -c %f/%i/%W/%s/%n`.
 * @throws ZodError for a line of another form.
 */
export function parseDataList(text: string): readonly DataEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [mode, inode, bornS, bytes, ...path] = line.split('/');
      const [word, ...rest] = Line.parse([mode, inode, bornS, bytes, path.join('/')]);
      const kind = KINDS[Number.parseInt(word, 16) & 0xf000] ?? 'other';
      return { kind, inode: rest[0], bornS: rest[1], bytes: Number(rest[2]), path: rest[3] };
    });
}
