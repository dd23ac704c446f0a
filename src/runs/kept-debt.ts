import { type Debt, keptUntilMs } from '../core/debt.ts';
import { keptLine } from '../core/kept-line.ts';
import type { Message, Part } from '../core/message.ts';
import { startSentence } from '../core/start-sentence.ts';
import { formatDuration } from '../core/units.ts';

/** What is told of a debt: that its run has left it behind, that its time ends soon, that its time is over. */
export type Telling = 'left behind' | 'ends soon' | 'is over';

/** How it is told that something is kept past its end: the operators' channel, its owner in person, the channel of the alerts. */
export type Loudness = 'remind' | 'owner' | 'alarm';

const SOON_MS = 15 * 60_000;
const OWNER_AFTER_MS = 15 * 60_000;
const ALARM_AFTER_MS = 45 * 60_000;

/**
 * `undefined`: nothing is told, as it is kept on purpose and its time has not come. Its owner is reminded in the last quarter of its
 * time, at most 15 minutes before its end. `meant`: its run succeeded, or it was there before.
 */
export function tellingOf(debt: Debt, meant: boolean, nowMs: number): Telling | undefined {
  const untilMs = keptUntilMs(debt);
  if (untilMs === undefined || debt.kept === undefined) return 'left behind';
  if (nowMs >= untilMs) return 'is over';
  if (!meant) return 'left behind';
  return nowMs >= untilMs - Math.min(SOON_MS, debt.kept.forMs / 4) ? 'ends soon' : undefined;
}

/** Louder the longer nobody ends it: at the second telling its owner too, at the fourth the alerts (told every 15 minutes). */
export function loudness(debt: Debt, nowMs: number): Loudness {
  const overMs = nowMs - (keptUntilMs(debt) ?? nowMs);
  return overMs >= ALARM_AFTER_MS ? 'alarm' : overMs >= OWNER_AFTER_MS ? 'owner' : 'remind';
}

/** What its owner is told before the time of something that is kept on purpose is over. */
export function endsSoonMessage(debt: Debt, nowMs: number): Message {
  const untilMs = keptUntilMs(debt) ?? nowMs;
  const title = `${startSentence(debt.says)}. Its time is over in ${formatDuration(Math.max(0, untilMs - nowMs))}`;
  return {
    summary: title,
    parts: [
      { title, sign: 'warn' },
      ...keptParts(debt, untilMs, nowMs),
      { note: "It does not end by itself. From then on the operators' channel is told every 15 minutes." },
    ],
  };
}

/** What is told once the time of something that is kept on purpose is over. */
export function keptDebtMessage(debt: Debt, nowMs: number): Message {
  const untilMs = keptUntilMs(debt) ?? nowMs;
  const overMs = nowMs - untilMs;
  const over = overMs < 60_000 ? 'Its time is over' : `Its time was over ${formatDuration(overMs)} ago`;
  const title = `${startSentence(debt.says)}. ${over}`;
  return {
    summary: title,
    parts: [
      { title, sign: loudness(debt, nowMs) === 'remind' ? 'warn' : 'bad' },
      ...keptParts(debt, untilMs, nowMs),
      { note: 'It does not end by itself. This is told every 15 minutes, and more loudly, until somebody ends it.' },
    ],
  };
}

function keptParts(debt: Debt, untilMs: number, nowMs: number): readonly Part[] {
  return [
    { line: [...keptLine(debt, untilMs, nowMs), ' · run ', { code: debt.run }] },
    { line: ['End it: ', { code: debt.kept?.endBy ?? '' }, '. Keep it longer: ', { code: debt.kept?.keepBy ?? '' }] },
  ];
}
