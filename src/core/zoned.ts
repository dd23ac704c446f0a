import { DateTime, IANAZone } from 'luxon';

/** A moment on the clock of a place. */
export interface LocalTime {
  /** 1 is Monday, 7 is Sunday (ISO 8601). */
  readonly weekday: number;
  /** Minutes since midnight on the wall clock. */
  readonly minute: number;
}

const FORMAT = 'yyyy-MM-dd HH:mm';

/** True for a name of the IANA time zone database, such as `Europe/Berlin`. */
export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * `2026-11-30 02:00` on the clock of a zone as epoch milliseconds; `undefined` for what is no date. Of an hour that comes twice the
 * first is meant; one that is skipped is moved on by the skip.
 */
export function zonedMs(text: string, zone: string): number | undefined {
  const at = DateTime.fromFormat(text, FORMAT, { zone });
  return at.isValid ? at.toMillis() : undefined;
}

/** `Mon 2026-11-30 02:00 Europe/Berlin`. */
export function zonedWords(millis: number, zone: string): string {
  return `${DateTime.fromMillis(millis, { zone, locale: 'en' }).toFormat(`ccc ${FORMAT}`)} ${zone}`;
}

/** What the clock on the wall shows. */
export function localTime(millis: number, zone: string): LocalTime {
  const { weekday, hour, minute } = DateTime.fromMillis(millis, { zone });
  return { weekday, minute: hour * 60 + minute };
}

/** The moment at which the clock shows so many minutes after midnight, some days after the day of `millis`. */
export function onDay(
  millis: number,
  zone: string,
  { days, minute }: { readonly days: number; readonly minute: number },
): number {
  const day = DateTime.fromMillis(millis, { zone }).startOf('day').plus({ days });
  return day.set({ hour: Math.floor(minute / 60), minute: minute % 60 }).toMillis();
}
