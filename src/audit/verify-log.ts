import type { SealedEntry } from '../core/audit-entry.ts';
import type { SignedHead } from '../core/signed-head.ts';
import { type ChainReport, createChainCheck, type Pin } from './chain-check.ts';
import { judgeHead } from './head-signature.ts';
import type { PublicKeys } from './keys.ts';
import { readFiles } from './read-files.ts';

/** A chain in order, in batches. */
export type Chain = (from: number, to?: number) => AsyncIterable<readonly SealedEntry[]>;

export interface VerifyOptions {
  readonly keys: PublicKeys;
  readonly pins: readonly Pin[];
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Checks the chain as Redis keeps it. */
export async function verifyChain(chain: Chain, options: VerifyOptions): Promise<ChainReport> {
  const check = createChainCheck(options);
  for await (const batch of chain(Math.max(1, (options.from ?? 1) - 1), options.to))
    for (const entry of batch) check.add({ where: '', ...entry });
  return check.end();
}

/** Checks files that follow one another. */
export async function verifyFiles(files: readonly string[], options: VerifyOptions): Promise<ChainReport> {
  const { from = 1, to = Number.POSITIVE_INFINITY } = options;
  const check = createChainCheck(options);
  const notes: string[] = [];
  for await (const { isFirst, row, isUnfinished } of readFiles(files)) {
    if (isFirst) check.nextFile();
    if (isUnfinished) notes.push(`${row.where} has no end: it is being written now, or a crash has torn it`);
    else if ('broken' in row || (row.seq >= from - 1 && row.seq <= to)) check.add(row);
  }
  return { ...check.end(), notes };
}

/** The number of the first entry in the files; 0 when they are empty, 1 when they begin with something else. */
export async function firstIn(files: readonly string[]): Promise<number> {
  for await (const { row } of readFiles(files)) return 'broken' in row ? 1 : row.seq;
  return 0;
}

const MOST_DIFFERENCES = 20;

/** Where files and Redis say different things, in words; entries that only Redis has are no difference here, as a file may lag. */
export async function compare(
  files: readonly string[],
  chain: Chain,
  range: Pick<VerifyOptions, 'from' | 'to'>,
): Promise<readonly string[]> {
  const differences: string[] = [];
  const only: number[] = [];
  const find = createReader(chain);
  for await (const { where, seq, hash, text } of entriesIn(files, range)) {
    const entry = await find(seq);
    if (!entry) only.push(seq);
    else if (entry.hash !== hash || entry.text !== text) differences.push(`${where}: entry ${seq} is another one than in Redis`);
    if (differences.length + only.length >= MOST_DIFFERENCES) break;
  }
  if (only.length === 0) return differences;
  return [...differences, `entry ${only[0]} of the file, and those behind it, are not in Redis: its tail was cut off or lost`];
}

async function* entriesIn(
  files: readonly string[],
  { from = 1, to = Number.POSITIVE_INFINITY }: Pick<VerifyOptions, 'from' | 'to'>,
) {
  for await (const { row, isUnfinished } of readFiles(files))
    if (!isUnfinished && !('broken' in row) && row.seq >= from && row.seq <= to) yield row;
}

const READ_AHEAD = 1000;

/** Finds entries by number; quick when asked in order. */
function createReader(chain: Chain): (seq: number) => Promise<SealedEntry | undefined> {
  let known = new Map<number, SealedEntry>();
  let [first, last] = [0, -1];
  return async (seq) => {
    if (seq < first || seq > last) {
      [first, last, known] = [seq, seq + READ_AHEAD - 1, new Map()];
      for await (const batch of chain(first, last)) for (const entry of batch) known.set(entry.seq, entry);
      // What is not there yet is asked for again: the log grows meanwhile.
      last = Math.max(seq, ...[...known.keys()].slice(-1));
    }
    return known.get(seq);
  };
}

/** Signed heads that are kept beside the chain as what the chain must agree with; and those that nobody of ours signed, in words. */
export async function pinsOf(
  batches: AsyncIterable<readonly SignedHead[]>,
  keys: PublicKeys,
): Promise<{ pins: readonly Pin[]; faults: readonly string[] }> {
  const pins: Pin[] = [];
  const faults: string[] = [];
  for await (const batch of batches)
    for (const head of batch) {
      const fault = faultOf(head, keys);
      if (fault === undefined) pins.push({ seq: head.seq, hash: head.hash, source: `the signed head at entry ${head.seq}` });
      else faults.push(`the signed head at entry ${head.seq}, as it is kept beside the chain, ${fault}`);
    }
  return { pins, faults };
}

function faultOf(head: SignedHead, keys: PublicKeys): string | undefined {
  const verdict = keys.size === 0 ? 'genuine' : judgeHead(head, keys);
  if (verdict === 'genuine') return undefined;
  return verdict === 'forged' ? 'has a wrong signature' : `is signed by ${head.keyId}, which is none of the known keys`;
}
