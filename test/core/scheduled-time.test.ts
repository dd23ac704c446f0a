import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrunklineError } from '../../src/core/errors.ts';
import { parseScheduledTime } from '../../src/core/scheduled-time.ts';

const refused = (text: string): string => {
  try {
    return `taken as ${new Date(parseScheduledTime(text).atMs).toISOString()}`;
  } catch (error) {
    return error instanceof TrunklineError ? `${error.message} | ${error.hint}` : String(error);
  }
};

describe('a scheduled time', () => {
  it.each([
    ['2026-11-30 02:00 Europe/Berlin', '2026-11-30T01:00:00.000Z', '2026-11-30 02:00 Europe/Berlin'],
    ['2026-07-01 02:00 Europe/Berlin', '2026-07-01T00:00:00.000Z', '2026-07-01 02:00 Europe/Berlin'],
    ['2026-11-30 02:00 europe/berlin', '2026-11-30T01:00:00.000Z', '2026-11-30 02:00 Europe/Berlin'],
    ['2026-11-30T02:00 America/New_York', '2026-11-30T07:00:00.000Z', '2026-11-30 02:00 America/New_York'],
    ['2026-11-30 02:00 Asia/Kathmandu', '2026-11-29T20:15:00.000Z', '2026-11-30 02:00 Asia/Kathmandu'],
    ['2026-11-30 02:00:30 UTC', '2026-11-30T02:00:30.000Z', '2026-11-30 02:00:30 UTC'],
    ['2026-11-30T02:00Z', '2026-11-30T02:00:00.000Z', '2026-11-30 02:00 UTC'],
    ['2026-11-30 02:00 Etc/UTC', '2026-11-30T02:00:00.000Z', '2026-11-30 02:00 UTC'],
    ['2026-10-25 01:59 Europe/Berlin', '2026-10-24T23:59:00.000Z', '2026-10-25 01:59 Europe/Berlin'],
    ['2026-10-25 03:00 Europe/Berlin', '2026-10-25T02:00:00.000Z', '2026-10-25 03:00 Europe/Berlin'],
    ['2028-02-29 12:00 UTC', '2028-02-29T12:00:00.000Z', '2028-02-29 12:00 UTC'],
  ])('%s is %s, because a zone has its own offset on each day', (text, iso, says) => {
    const time = parseScheduledTime(text);
    expect([new Date(time.atMs).toISOString(), time.says]).toEqual([iso, says]);
  });

  it('is refused without a zone, because 2 o’clock of the person and of the server differ', () => {
    expect(refused('2026-11-30 02:00')).toContain('the time has no zone, and none is guessed');
  });

  it('that the clocks skip is refused with the time that is meant', () => {
    expect(refused('2026-03-29 02:30 Europe/Berlin')).toBe(
      '2026-03-29 02:30 does not exist in Europe/Berlin: the clocks are put forward over it | Take 2026-03-29 03:30 Europe/Berlin, or say it in UTC.',
    );
  });

  it('that comes twice is refused with both moments, because an hour early is another night', () => {
    expect(refused('2026-10-25 02:30 Europe/Berlin')).toBe(
      '2026-10-25 02:30 comes twice in Europe/Berlin: the clocks are put back over it | Say which one: 2026-10-25 00:30 UTC or 2026-10-25 01:30 UTC.',
    );
    expect(refused('2026-11-01 01:30 America/New_York')).toContain('2026-11-01 05:30 UTC or 2026-11-01 06:30 UTC');
  });

  it.each([
    ['tomorrow 2am', 'is no date and time'],
    ['2026-11-30 2:00 UTC', 'is no date and time'],
    ['30.11.2026 02:00 Europe/Berlin', 'is no date and time'],
    ['2026-02-30 02:00 UTC', 'is not in the calendar'],
    ['2026-13-01 02:00 UTC', 'is not in the calendar'],
    ['2026-11-30 24:00 UTC', 'is not in the calendar'],
    ['2026-11-30 02:00 CET', "there is no time zone 'CET'"],
    ['2026-11-30 02:00 +01:00', "there is no time zone '+01:00'"],
    ['2026-11-30 02:00 Europe/Berln', 'Did you mean Europe/Berlin?'],
    ['2026-11-30 02:00 Europe/Atlantis', "there is no time zone 'Europe/Atlantis'"],
    ['', 'is no date and time'],
  ])('%j is refused: %s', (text, why) => {
    expect(refused(text)).toContain(why);
  });

  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Casablanca',
    'UTC',
  );
  const minute = fc.integer({ min: Date.UTC(2020, 0) / 60_000, max: Date.UTC(2040, 0) / 60_000 });

  it('is the very moment whose clock was typed, or is refused because two moments have it, in any zone', () => {
    fc.assert(
      fc.property(zones, minute, (zone, at) => {
        const typed = `${wallClock(at * 60_000, zone)} ${zone}`;
        const said = refused(typed);
        if (said.includes('comes twice'))
          expect(said).toContain(new Date(at * 60_000).toISOString().slice(0, 16).replace('T', ' '));
        else expect(said).toBe(`taken as ${new Date(at * 60_000).toISOString()}`);
      }),
      { numRuns: 300 },
    );
  });
});

/** What a clock on the wall shows, by another way than the product takes. */
function wallClock(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(atMs);
}
