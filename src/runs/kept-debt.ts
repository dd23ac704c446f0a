import { type Debt, keptUntilMs } from '../core/debt.ts';
import { keptLine } from '../core/kept-line.ts';
import type { Message } from '../core/message.ts';
import { startSentence } from '../core/start-sentence.ts';
import { formatDuration } from '../core/units.ts';

/** How it is told that something is kept past its end: the operators' channel, its owner in person, the channel of the alerts. */
export type Loudness = 'remind' | 'owner' | 'alarm';

const OWNER_AFTER_MS = 14 * 60_000;
const ALARM_AFTER_MS = 44 * 60_000;

/** Louder the longer nobody ends it: at the second telling its owner too, at the fourth the alerts (told every 15 minutes). */
export function loudness(debt: Debt, nowMs: number): Loudness {
  const overMs = nowMs - (keptUntilMs(debt) ?? nowMs);
  return overMs >= ALARM_AFTER_MS ? 'alarm' : overMs >= OWNER_AFTER_MS ? 'owner' : 'remind';
}

/** What is told once the time of something that is kept on purpose is over. */
export function keptDebtMessage(debt: Debt, nowMs: number): Message {
  const untilMs = keptUntilMs(debt) ?? nowMs;
  const over = formatDuration(Math.max(0, nowMs - untilMs));
  const title = `${startSentence(debt.says)}. Its time was over ${over} ago`;
  return {
    summary: title,
    parts: [
      { title, sign: loudness(debt, nowMs) === 'remind' ? 'warn' : 'bad' },
      { line: [...keptLine(debt, untilMs, nowMs), ' · run ', { code: debt.run }] },
      { line: ['End it: ', { code: debt.kept?.endBy ?? '' }, '. Keep it longer: ', { code: debt.kept?.keepBy ?? '' }] },
      { note: 'It does not end by itself. This is told every 15 minutes, and more loudly, until somebody ends it.' },
    ],
  };
}
