import type { Message } from '../core/message.ts';
import type { Proposal } from '../core/runbook.ts';
import { allChecks, shortChecks } from './check-lines.ts';
import { titleWords } from './title-words.ts';

/** The answer when a check blocks: what was asked and what blocks it; the whole list is in the thread. */
export function blockedCard({ plan }: Proposal): Message {
  const blocks = plan.checks.filter(({ verdict }) => verdict === 'block');
  const first = blocks[0]?.says ?? '';
  const count = blocks.length === 1 ? '1 check blocks it' : `${blocks.length} checks block it`;
  return {
    summary: `Refused: ${first}`,
    parts: [
      { title: `Refused, ${count}: ${titleWords(plan.summary).title}`, sign: 'bad' },
      ...shortChecks(plan.checks),
      { note: 'Nothing was changed.' },
    ],
    thread: [{ line: { bold: 'All checks' } }, ...allChecks(plan.checks)],
  };
}
