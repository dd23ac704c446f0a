import { AuditEntry, type AuditHead, GENESIS, hashOf, type SealedEntry } from '../core/audit-entry.ts';
import type { SignedHead } from '../core/signed-head.ts';
import { judgeHead } from './head-signature.ts';
import type { PublicKeys } from './keys.ts';
import { createOpenRuns, type OpenRun } from './open-runs.ts';

/** An entry where it was found, or what stands in the place of one. */
export type Row = { readonly where: string } & (SealedEntry | { readonly broken: string });
type EntryRow = SealedEntry & { readonly where: string };

/** A state of the chain that is known from elsewhere: a signed head, or what the audit channel shows; the hash may be its beginning. */
export interface Pin extends AuditHead {
  /** Begins the sentence of a fault: `the signed head at entry 12`. */
  readonly source: string;
}

export interface ChainCheckOptions {
  readonly keys: PublicKeys;
  readonly pins: readonly Pin[];
  /** The first entry that is checked; the one before, if it comes, is taken for true. */
  readonly from?: number | undefined;
  /** Nothing is expected behind this one. */
  readonly to?: number | undefined;
}

export interface ChainReport {
  /** What is wrong and where, in words; the first hundred. */
  readonly faults: readonly string[];
  readonly faultCount: number;
  readonly entries: number;
  readonly first: number;
  readonly head: AuditHead;
  readonly signed: SignedCounts;
  /** What is worth knowing and no fault. */
  readonly notes: readonly string[];
  /** Runs that were started before a moment and whose end is not in the log. */
  openBefore(thenMs: number): readonly OpenRun[];
}

/** Signed heads in the log: those that are genuine, and those that could not be judged for want of any key. */
interface SignedCounts {
  genuine: number;
  unjudged: number;
  lastSeq: number;
}

/** Checks a chain row by row, in memory that does not grow with it. */
export interface ChainCheck {
  add(row: Row): void;
  /** Another file begins: it may say again what the one before said last. */
  nextFile(): void;
  end(): ChainReport;
}

const MOST_FAULTS = 100;

/** Finds what was edited, removed, put in, moved or cut off, and goes on after each to find the next. */
export function createChainCheck(options: ChainCheckOptions): ChainCheck {
  const state = newState(options);
  return {
    nextFile() {
      state.isFileStart = true;
    },
    add(row) {
      if ('broken' in row) return note(state, row.where, row.broken);
      place(state, row);
      content(state, row);
      move(state, row);
    },
    end() {
      const { last, repeats, faults, entries, first, signed, open } = state;
      const end = repeats ?? last ?? GENESIS;
      if (repeats) note(state, '', `a file repeats the one before and ends at entry ${last?.seq}: the files are not in order`);
      cutOff(state, end);
      const openBefore = (thenMs: number) => open.before(thenMs);
      return { faults, faultCount: state.count, entries, first, head: end, signed, notes: [], openBefore };
    },
  };
}

interface State extends ChainCheckOptions {
  readonly from: number;
  readonly pinned: ReadonlyMap<number, readonly Pin[]>;
  readonly open: ReturnType<typeof createOpenRuns>;
  readonly faults: string[];
  readonly signed: SignedCounts;
  count: number;
  entries: number;
  first: number;
  /** `undefined` where the check begins in the middle. */
  last: AuditHead | undefined;
  isFileStart: boolean;
  /** The entry up to which the present file repeats the one before. */
  repeats: AuditHead | undefined;
}

function newState(options: ChainCheckOptions): State {
  const { from = 1, pins } = options;
  const pinned = new Map<number, Pin[]>();
  for (const pin of pins) pinned.set(pin.seq, [...(pinned.get(pin.seq) ?? []), pin]);
  const signed = { genuine: 0, unjudged: 0, lastSeq: 0 };
  const last = from === 1 ? GENESIS : undefined;
  const start = { count: 0, entries: 0, first: 0, last, isFileStart: false, repeats: undefined };
  return { ...options, from, pinned, open: createOpenRuns(), faults: [], signed, ...start };
}

function note(state: State, where: string, says: string): void {
  state.count += 1;
  if (state.faults.length < MOST_FAULTS) state.faults.push(where === '' ? says : `${where}: ${says}`);
}

/** Is it the next one? */
function place(state: State, { seq, where }: EntryRow): void {
  const { last } = state;
  if (state.isFileStart && last && seq <= last.seq) {
    state.repeats = last;
    state.last = undefined;
  }
  state.isFileStart = false;
  if (!state.last || seq === state.last.seq + 1) return;
  if (seq > state.last.seq) note(state, where, `${missing(state.last.seq + 1, seq - 1)}; entry ${seq} follows`);
  else note(state, where, `entry ${seq} stands behind entry ${state.last.seq}: it was put in or moved`);
}

/** Is it what was written, and written after the one before? */
function content(state: State, row: EntryRow): void {
  const { seq, where, text, hash } = row;
  if (hashOf(text) !== hash) note(state, where, `entry ${seq} was edited: its text does not fit its hash`);
  const entry = AuditEntry.safeParse(jsonOf(text)).data;
  if (entry?.seq === seq) fits(state, row, entry);
  else note(state, where, `entry ${seq} is not an entry of this log`);
}

function fits(state: State, { seq, where, hash }: EntryRow, entry: AuditEntry): void {
  const prev = seq === 1 ? GENESIS.hash : state.last?.seq === seq - 1 ? state.last.hash : undefined;
  if (prev !== undefined && entry.prev !== prev)
    note(state, where, `entry ${seq} does not follow the one before it: one of the two was replaced`);
  if (state.repeats || seq < state.from) return;
  if (entry.head) signedHead(state, entry, entry.head, where);
  state.open.add(entry);
  for (const pin of state.pinned.get(seq) ?? [])
    if (!hash.startsWith(pin.hash))
      note(state, where, `${pin.source} has the hash ${short(pin.hash)} and this entry ${short(hash)}: the past was rewritten`);
}

function signedHead(state: State, { seq, prev }: AuditEntry, head: SignedHead, where: string): void {
  const { keys, signed } = state;
  if (head.seq !== seq - 1 || head.hash !== prev)
    note(state, where, `the signed head in entry ${seq} is not that of the entry before it: the past was rewritten`);
  const verdict = keys.size === 0 ? 'unjudged' : judgeHead(head, keys);
  if (verdict === 'unjudged') signed.unjudged += 1;
  else if (verdict === 'forged') note(state, where, `the signature of the head in entry ${seq} is wrong`);
  else if (verdict === 'unknown key')
    note(state, where, `the head in entry ${seq} is signed by ${head.keyId}, which is none of the known keys`);
  else {
    signed.genuine += 1;
    signed.lastSeq = head.seq;
  }
}

function move(state: State, { seq, hash, where }: EntryRow): void {
  state.last = { seq, hash };
  if (state.repeats) {
    if (seq < state.repeats.seq) return;
    if (hash !== state.repeats.hash) note(state, where, `entry ${seq} is another one than in the file before`);
    state.repeats = undefined;
  } else if (seq >= state.from) {
    state.entries += 1;
    if (state.first === 0) state.first = seq;
  }
}

function cutOff(state: State, end: AuditHead): void {
  for (const { seq, source } of state.pins)
    if (seq > end.seq && (state.to === undefined || seq <= state.to))
      note(state, '', `the tail was cut off: ${source} was there, but the log ends at entry ${end.seq}`);
}

function missing(from: number, to: number): string {
  return from === to ? `entry ${from} is missing` : `entries ${from} to ${to} are missing`;
}

const short = (hash: string) => `${hash.slice(0, 12)}…`;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
