import { localTime } from './zoned.ts';

/** Times of the week on the clock of a zone; `to` at or before `from` is on the next day. */
export interface TimeWindow {
  /** 1 is Monday, 7 is Sunday: the days on which it opens. */
  readonly days: readonly number[];
  /** Minutes after midnight: from 0 to 1439. */
  readonly from: number;
  /** Minutes after midnight, not included: from 1 to 1440. */
  readonly to: number;
  readonly zone: string;
}

/** Whether it is open at a moment (epoch milliseconds), by what the clock on the wall shows. */
export function isInside({ days, from, to, zone }: TimeWindow, atMs: number): boolean {
  const { weekday, minute } = localTime(atMs, zone);
  const dayBefore = weekday === 1 ? 7 : weekday - 1;
  if (to > from) return days.includes(weekday) && minute >= from && minute < to;
  return (days.includes(weekday) && minute >= from) || (days.includes(dayBefore) && minute < to);
}
