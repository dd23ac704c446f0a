import { createReadStream, type ReadStream } from 'node:fs';
import { createGunzip, type Gunzip } from 'node:zlib';
import { asError, refusal } from '../core/errors.ts';
import type { Row } from './chain-check.ts';
import { parseFileLine } from './file-line.ts';

/** One line of a file. */
export interface FileRow {
  readonly file: string;
  /** True for the first line of its file. */
  readonly isFirst: boolean;
  readonly row: Row;
  /** True for a last line without its end: it is being written, or a crash has torn it. */
  readonly isUnfinished: boolean;
}

/**
 * The lines of files one after another, in memory that does not grow with them; names that end with .gz are unpacked.
 * @throws Refusal for a file that can't be read.
 */
export async function* readFiles(files: readonly string[]): AsyncIterable<FileRow> {
  for (const file of files) {
    let line = 0;
    try {
      for await (const { text, isUnfinished } of linesOf(file)) {
        line += 1;
        yield { file, isFirst: line === 1, row: rowOf(text, `${file} line ${line}`), isUnfinished };
      }
    } catch (error) {
      throw refusal(`${file} can not be read: ${asError(error).message}`, 'Name a readable file of the audit log.');
    }
  }
}

function rowOf(text: string, where: string): Row {
  const entry = parseFileLine(text);
  if (!entry) return { where, broken: 'this is not a line that Trunkline wrote' };
  return entry.text.includes(`"prev":"${entry.prev}"`)
    ? { where, ...entry }
    : { where, broken: `the line of entry ${entry.seq} was edited: it names another entry before it than the entry itself` };
}

/** Lines without their ends; not by `readline`, for which U+2028 in a name begins a new line. */
async function* linesOf(file: string): AsyncIterable<{ readonly text: string; readonly isUnfinished: boolean }> {
  const bytes = createReadStream(file);
  const stream = file.endsWith('.gz') ? unpacked(bytes) : bytes;
  let rest = '';
  for await (const part of stream.setEncoding('utf8')) {
    const lines = `${rest}${part}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { text, isUnfinished: false };
  }
  if (rest !== '') yield { text: rest, isUnfinished: true };
}

function unpacked(bytes: ReadStream): Gunzip {
  const gunzip = createGunzip();
  bytes.on('error', (error) => gunzip.destroy(error));
  return bytes.pipe(gunzip);
}
