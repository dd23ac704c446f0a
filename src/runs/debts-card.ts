import type { Debt } from '../core/debt.ts';
import type { Message, Part, Span } from '../core/message.ts';
import { formatDuration } from '../core/units.ts';

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
      { note: 'A worker takes each away as soon as its run has ended; that needs no approval.' },
    ],
  };
}

/** One debt that is still there although its run has ended. */
export function debtMessage(debt: Debt, why: string, nowMs: number): Message {
  const title = `Left behind on ${debt.cluster}: ${debt.says}`;
  return {
    summary: title,
    parts: [{ title, sign: 'warn' }, { line: madeBy(debt, nowMs) }, { line: `It is not gone yet: ${why}` }, { note: AGAIN }],
  };
}

const AGAIN = 'It is tried again every few seconds, and told again every 15 minutes until it is gone.';

function lines(debt: Debt, nowMs: number): readonly Part[] {
  return [
    { line: `${debt.cluster}: ${debt.says}`, sign: 'warn' },
    { line: madeBy(debt, nowMs), indent: 1 },
  ];
}

function madeBy({ run, sinceMs }: Debt, nowMs: number): readonly Span[] {
  return ['Made by run ', { code: run }, ` ${formatDuration(Math.max(0, nowMs - sinceMs))} ago`];
}
