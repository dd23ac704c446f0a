import { didYouMean } from './did-you-mean.ts';
import { refusal } from './errors.ts';

/** A moment that a person named. */
export interface ScheduledTime {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** As it is said again: `2026-11-30 02:00 Europe/Berlin`. */
  readonly says: string;
}

const WRITTEN = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?\s*(\S+)?$/u;
const EXAMPLE = `Write it as --at '2026-11-30 02:00 Europe/Berlin', or with UTC.`;
const DAY_MS = 86_400_000;

/**
 * A date, a time and a zone (a name of the IANA database, UTC or Z) as a moment. Nothing is guessed: not the zone, and not which of
 * two moments is meant where the clocks are set back.
 * @throws Refusal for anything else, and for a time of day that the zone skips or has twice on that day.
 */
export function parseScheduledTime(text: string): ScheduledTime {
  const [whole, year, month, day, hour, minute, second = '00', place] = WRITTEN.exec(text.trim()) ?? [];
  if (whole === undefined) throw refusal(`'${text.slice(0, 60)}' is no date and time`, EXAMPLE);
  if (place === undefined) throw refusal('the time has no zone, and none is guessed', EXAMPLE);
  const zone = zoneOf(place);
  const clock = `${year}-${month}-${day} ${hour}:${minute}${second === '00' ? '' : `:${second}`}`;
  const wallMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (new Date(wallMs).toISOString().slice(0, 19) !== `${year}-${month}-${day}T${hour}:${minute}:${second}`)
    throw refusal(`${clock} is not in the calendar`, EXAMPLE);
  return { atMs: onlyMoment(wallMs, zone, clock), says: `${clock} ${zone}` };
}

/** The one moment at which the clocks of the zone show this. */
function onlyMoment(wallMs: number, zone: string, clock: string): number {
  const offsets = [...new Set([offsetMs(wallMs - DAY_MS, zone), offsetMs(wallMs + DAY_MS, zone)])];
  const moments = offsets.map((offset) => wallMs - offset).filter((atMs) => wallMs - offsetMs(atMs, zone) === atMs);
  const [first, second] = moments.sort((a, b) => a - b);
  if (first === undefined) {
    const [before = 0, after = 0] = offsets;
    const later = utcWords(wallMs + Math.abs(after - before));
    throw refusal(
      `${clock} does not exist in ${zone}: the clocks are put forward over it`,
      `Take ${later} ${zone}, or say it in UTC.`,
    );
  }
  if (second === undefined) return first;
  const both = `${utcWords(first)} UTC or ${utcWords(second)} UTC`;
  throw refusal(`${clock} comes twice in ${zone}: the clocks are put back over it`, `Say which one: ${both}.`);
}

function zoneOf(place: string): string {
  if (/^(z|utc)$/iu.test(place)) return 'UTC';
  const known = Intl.supportedValuesOf('timeZone');
  // Abbreviations and offsets are taken by Intl too; CST is three zones, and an offset is wrong after the next change of the clocks.
  if (/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/u.test(place)) {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: place }).resolvedOptions().timeZone === 'UTC'
        ? 'UTC'
        : spelt(place, known);
    } catch {
      // Said below, with the nearest name.
    }
  }
  const near = didYouMean(place, known);
  throw refusal(`there is no time zone '${place.slice(0, 40)}'`, near ? `Did you mean ${near}?` : EXAMPLE);
}

function spelt(place: string, known: readonly string[]): string {
  return known.find((name) => name.toLowerCase() === place.toLowerCase()) ?? place;
}

/** How far the clocks of a zone are ahead of UTC at a moment. */
function offsetMs(atMs: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en', {
    ...{ timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  const parts = new Map(format.formatToParts(new Date(atMs)).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - atMs;
}

function utcWords(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}
