import { type Debt, keptUntilMs } from '../core/debt.ts';
import type { Message, Part, Span } from '../core/message.ts';
import { startSentence } from '../core/start-sentence.ts';
import { formatDuration } from '../core/units.ts';
import { keptLine } from '../core/kept-line.ts';

/** What runs have left behind, oldest first; `cluster` when only its debts were asked for. */
export function debtsCard(
  debts: readonly Debt[],
  { nowMs, cluster }: { readonly nowMs: number; readonly cluster?: string },
): Message {
  const where = cluster === undefined ? '' : ` of ${cluster}`;
  const none = `Nothing that does harm was left behind${where === '' ? '' : ` on ${cluster}`}`;
  if (debts.length === 0) return { summary: none, parts: [{ line: none, sign: 'ok' }] };
  const title = `Left behind by runs${where}: ${debts.length}`;
  return {
    summary: title,
    parts: [
      { title, sign: 'warn' },
      ...debts.flatMap((debt) => lines(debt, nowMs)),
      ...(debts.some(({ kept }) => kept === undefined)
        ? [{ note: 'A worker takes each away as soon as its run has ended; that needs no approval.' }]
        : []),
      ...(debts.some(({ kept }) => kept !== undefined) ? [{ note: KEPT }] : []),
    ],
  };
}

const KEPT = 'What is kept on purpose never ends by itself: somebody ends it, and people are told from its end on.';

/** One debt that is still there although its run has ended. */
export function debtMessage(debt: Debt, why: string, nowMs: number): Message {
  const title = `Left behind on ${debt.cluster}: ${debt.says}`;
  return {
    summary: title,
    parts: [
      { title, sign: 'warn' },
      { line: madeBy(debt, nowMs) },
      { line: `It is not gone yet: ${why}` },
      { note: debt.isToldAnew ? ANEW : AGAIN },
    ],
  };
}

const ANEW =
  'It is looked at every few seconds, and told again when that changes, at most twice in half an hour, else every hour, until it is gone.';
const AGAIN = 'It is tried again every few seconds, and told again every 15 minutes until it is gone.';

function lines(debt: Debt, nowMs: number): readonly Part[] {
  const { cluster, says } = debt;
  const untilMs = keptUntilMs(debt);
  return [
    { line: `${cluster}: ${startSentence(says)}`, sign: 'warn' },
    { line: madeBy(debt, nowMs), indent: 1 },
    ...(untilMs === undefined
      ? []
      : [
          { line: keptLine(debt, untilMs, nowMs), indent: 1 } as const,
          { line: ['End it: ', { code: debt.kept?.endBy ?? '' }], indent: 1 } as const,
        ]),
  ];
}

function madeBy({ run, sinceMs }: Debt, nowMs: number): readonly Span[] {
  return ['Made by run ', { code: run }, ` ${formatDuration(Math.max(0, nowMs - sinceMs))} ago`];
}
