import { describe, expect, it } from 'vitest';
import type { TimeWindow } from '../../src/core/time-window.ts';
import { type Freeze, whenAllowed } from '../../src/gate/when-allowed.ts';

const ZONE = 'Europe/Berlin';
const at = (iso: string) => Date.parse(iso);
const window = (changes: Partial<TimeWindow> = {}): TimeWindow => ({
  days: [1, 2, 3, 4, 5],
  from: 540,
  to: 1020,
  zone: ZONE,
  ...changes,
});
const freeze = (from: string, until: string): Freeze => ({
  fromMs: at(from),
  untilMs: at(until),
  zone: ZONE,
  reason: 'year-end closing',
});
const NIGHT = window({ days: [5], from: 22 * 60, to: 4 * 60 });
const SUNDAY = window({ days: [7], from: 150, to: 240 });

/** `open`, or the sentence. */
const judged = (iso: string, windows: readonly TimeWindow[], freezes: readonly Freeze[] = []) =>
  whenAllowed({ windows, freezes }, at(iso))?.says ?? 'open';

describe('when something may start', () => {
  const table: [string, string, readonly TimeWindow[], boolean][] = [
    ['no window at all', '2026-11-28T03:00:00Z', [], true],
    ['in office hours', '2026-11-30T08:00:00Z', [window()], true],
    ['the minute before', '2026-11-30T07:59:59Z', [window()], false],
    ['the end, which is not included', '2026-11-30T16:00:00Z', [window()], false],
    ['on Saturday', '2026-11-28T10:00:00Z', [window()], false],
    ['the same wall clock in summer, when UTC differs', '2026-07-06T07:00:00Z', [window()], true],
    ['one hour too early in summer', '2026-07-06T06:30:00Z', [window()], false],
    ['Friday night', '2026-11-27T22:00:00Z', [NIGHT], true],
    ['Saturday morning of that night', '2026-11-28T02:59:00Z', [NIGHT], true],
    ['Saturday after it', '2026-11-28T03:00:00Z', [NIGHT], false],
    ['Sunday morning, another night', '2026-11-29T02:00:00Z', [NIGHT], false],
    ['Monday morning of a Sunday night', '2026-11-30T00:00:00Z', [window({ days: [7], from: 1380, to: 120 })], true],
    ['one of two windows', '2026-11-28T10:00:00Z', [window(), window({ days: [6] })], true],
    ['until 24:00', '2026-11-27T22:59:00Z', [window({ days: [5], from: 1200, to: 1440 })], true],
    ['the day on which 02:00 to 03:00 is skipped', '2027-03-28T01:30:00Z', [SUNDAY], true],
    ['just before the skip', '2027-03-28T00:59:00Z', [SUNDAY], false],
    ['the first of two 02:30 in autumn', '2026-10-25T00:30:00Z', [SUNDAY], true],
    ['the second of two 02:30 in autumn', '2026-10-25T01:30:00Z', [SUNDAY], true],
    ['the second 02:15 in autumn, before it opens again', '2026-10-25T01:15:00Z', [SUNDAY], false],
  ];
  it.each(table)('%s (%s)', (_, iso, windows, open) => {
    expect(judged(iso, windows) === 'open').toBe(open);
  });

  it('says when it opens, on the clock of the window', () => {
    expect(judged('2026-11-28T10:00:00Z', [window()])).toBe(
      'it is outside of the allowed times (Mon-Fri 09:00-17:00 Europe/Berlin); allowed again from Mon 2026-11-30 09:00 Europe/Berlin',
    );
    expect(whenAllowed({ windows: [window()], freezes: [] }, at('2026-11-28T10:00:00Z'))?.opensAtMs).toBe(
      at('2026-11-30T08:00:00Z'),
    );
  });

  it('opens right after the hour that the clock skips, not an hour later', () => {
    expect(whenAllowed({ windows: [SUNDAY], freezes: [] }, at('2027-03-28T00:30:00Z'))?.opensAtMs).toBe(
      at('2027-03-28T01:00:00Z'),
    );
  });

  it('leaves out the day on which the whole window is skipped', () => {
    const skipped = window({ days: [7], from: 130, to: 170 });
    expect(whenAllowed({ windows: [skipped], freezes: [] }, at('2027-03-28T00:30:00Z'))?.opensAtMs).toBe(
      at('2027-04-04T00:10:00Z'),
    );
  });

  it('names a freeze, its reason and its end', () => {
    const closing = freeze('2026-12-20T17:00:00Z', '2027-01-04T07:00:00Z');
    expect(judged('2026-12-24T10:00:00Z', [], [closing])).toBe(
      'there is a freeze until Mon 2027-01-04 08:00 Europe/Berlin (year-end closing); allowed again from Mon 2027-01-04 08:00 Europe/Berlin',
    );
    expect(judged('2026-12-20T16:59:59Z', [], [closing])).toBe('open');
    expect(judged('2027-01-04T07:00:00Z', [], [closing])).toBe('open');
  });

  it('waits for the next window after a freeze, and for the freeze that follows another', () => {
    const freezes = [
      freeze('2026-11-27T00:00:00Z', '2026-11-30T12:00:00Z'),
      freeze('2026-11-30T12:00:00Z', '2026-12-01T20:00:00Z'),
    ];
    expect(judged('2026-11-28T10:00:00Z', [window()], freezes)).toContain(
      'allowed again from Wed 2026-12-02 09:00 Europe/Berlin',
    );
  });
});
