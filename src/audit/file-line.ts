import type { SealedEntry } from '../core/audit-entry.ts';

/** An entry as a line of the file, with the hash of the one before. */
export interface FiledEntry extends SealedEntry {
  readonly prev: string;
}

const LINE = /^\{"entry":(\{.*\}),"hash":"([0-9a-f]{64})","prev":"([0-9a-f]{64})","seq":([1-9]\d{0,15})\}$/u;

/**
 * An entry as one line of JSON, in canonical form: the same entry makes the same bytes, whoever writes it. The entry's own text is
 * put in as it is, because its hash is over that text.
 */
export function fileLine({ text, hash, prev, seq }: FiledEntry): string {
  return `{"entry":${text},"hash":"${hash}","prev":"${prev}","seq":${seq}}`;
}

/** The entry of a line; `undefined` for a line that this program does not write. Whether the hash fits is for the reader to check. */
export function parseFileLine(line: string): FiledEntry | undefined {
  const [, text, hash, prev, seq] = LINE.exec(line) ?? [];
  if (text === undefined || hash === undefined || prev === undefined) return undefined;
  return { text, hash, prev, seq: Number(seq) };
}
