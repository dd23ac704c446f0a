import type { Message } from '../core/message.ts';
import type { Proposal } from '../core/runbook.ts';
import { allChecks } from './check-lines.ts';

/** The answer when a check blocks: what was asked and the whole list, the blocks first. */
export function blockedCard({ plan }: Proposal): Message {
  const blocks = plan.checks.filter(({ verdict }) => verdict === 'block');
  const first = blocks[0]?.says ?? '';
  const count = blocks.length === 1 ? '1 check blocks it' : `${blocks.length} checks block it`;
  return {
    summary: `Refused: ${first}`,
    parts: [
      { title: `Refused: ${count}`, sign: 'bad' },
      { line: `Asked: ${plan.summary}` },
      ...allChecks(plan.checks),
      { note: 'Nothing was changed.' },
    ],
  };
}
