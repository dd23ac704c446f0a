import { isInside, type TimeWindow } from '../core/time-window.ts';
import { localTime, onDay, zonedWords } from '../core/zoned.ts';

export interface Freeze {
  /** Epoch milliseconds; the end is not included. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly zone: string;
  readonly reason: string;
}

/** Why nothing may start at a moment, as a clause, and when that ends. */
export interface Closed {
  readonly says: string;
  /** Epoch milliseconds; absent when that can't be told. */
  readonly opensAtMs?: number;
}

interface Times {
  readonly windows: readonly TimeWindow[];
  readonly freezes: readonly Freeze[];
}

const DAY = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MINUTE_MS = 60_000;
/** Longer than any clock was ever set forward. */
const LONGEST_SKIP_MINUTES = 180;
const MOST_TURNS = 200;

/**
 * Why a policy lets nothing start at a moment (epoch milliseconds); `undefined` when it does. Pure. A window is judged by what the
 * clock on the wall shows, so it is right on the days on which the clock is changed.
 */
export function whenAllowed(times: Times, atMs: number): Closed | undefined {
  const freeze = freezeAt(times, atMs);
  if (!freeze && isOpen(times, atMs)) return undefined;
  const opensAtMs = opening(times, atMs);
  const zone = freeze?.zone ?? times.windows[0]?.zone ?? 'UTC';
  const why = freeze ? freezeWords(freeze) : `it is outside of the allowed times (${times.windows.map(windowWords).join('; ')})`;
  const opens = opensAtMs === undefined ? '' : `; allowed again from ${zonedWords(opensAtMs, zone)}`;
  return { says: `${why}${opens}`, ...(opensAtMs === undefined ? {} : { opensAtMs }) };
}

/** `Mon-Fri 09:00-17:00 Europe/Berlin`. */
export function windowWords({ days, from, to, zone }: TimeWindow): string {
  return `${daysWords(days)} ${clock(from)}-${clock(to)} ${zone}`;
}

/** `there is a freeze until Mon 2027-01-04 08:00 Europe/Berlin: year-end closing`. */
function freezeWords({ untilMs, zone, reason }: Freeze): string {
  return `there is a freeze until ${zonedWords(untilMs, zone)} (${reason})`;
}

function daysWords(days: readonly number[]): string {
  if (days.length === 7) return 'every day';
  const sorted = [...days].sort((a, b) => a - b);
  const [first = 1, last = 7] = [sorted[0], sorted.at(-1)];
  const inARow = sorted.length > 2 && last - first === sorted.length - 1;
  const name = (day: number) => DAY[day - 1] ?? '';
  return inARow ? `${name(first)}-${name(last)}` : sorted.map(name).join(', ');
}

function clock(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function freezeAt({ freezes }: Times, atMs: number): Freeze | undefined {
  return freezes.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
}

function isOpen({ windows }: Times, atMs: number): boolean {
  return windows.length === 0 || windows.some((window) => isInside(window, atMs));
}

/** The first moment from `atMs` on at which a window is open and no freeze is. */
function opening(times: Times, atMs: number): number | undefined {
  let at = atMs;
  for (let turns = 0; turns < MOST_TURNS; turns += 1) {
    const freeze = freezeAt(times, at);
    if (!freeze && isOpen(times, at)) return at;
    const next: readonly number[] = freeze ? [freeze.untilMs] : times.windows.flatMap((window) => nextOpening(window, at));
    if (next.length === 0) return undefined;
    at = Math.min(...next);
  }
  return undefined;
}

function nextOpening(window: TimeWindow, atMs: number): readonly number[] {
  for (let days = 0; days <= 8; days += 1) {
    const start = onDay(atMs, window.zone, { days, minute: window.from });
    if (start <= atMs || !isInside(window, start)) continue;
    return [earliest(window, start, atMs)];
  }
  return [];
}

/** A window that begins in an hour which the clock skips is open as soon as the clock has skipped it. */
function earliest(window: TimeWindow, start: number, atMs: number): number {
  if (localTime(start, window.zone).minute === window.from) return start;
  let at = start;
  for (let minutes = 0; minutes < LONGEST_SKIP_MINUTES; minutes += 1) {
    const before = at - MINUTE_MS;
    if (before <= atMs || !isInside(window, before)) return at;
    at = before;
  }
  return at;
}
