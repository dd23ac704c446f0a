import type { Check } from '../core/check.ts';
import type { Message, Part } from '../core/message.ts';
import type { Proposal } from '../core/runbook.ts';
import { allChecks, shortChecks } from './check-lines.ts';
import { openBlocks, type Overrides } from './overrides.ts';
import { titleWords } from './title-words.ts';

/** The answer when a check blocks: what was asked, what blocks it and how that is overridden; the whole list is in the thread. */
export function blockedCard({ plan }: Proposal, overrides: Overrides = []): Message {
  const blocks = openBlocks(plan.checks, overrides);
  const first = blocks[0]?.says ?? '';
  const count = blocks.length === 1 ? '1 check blocks it' : `${blocks.length} checks block it`;
  return {
    summary: `Refused: ${first}`,
    parts: [
      { title: `Refused, ${count}: ${titleWords(plan.summary).title}`, sign: 'bad' },
      ...shortChecks(plan.checks, overrides),
      howToOverride(blocks, overrides),
      { note: 'Nothing was changed.' },
    ],
    thread: [{ line: { bold: 'All checks' } }, ...allChecks(plan.checks)],
  };
}

function howToOverride(blocks: readonly Check[], overrides: Overrides): Part {
  const hard = blocks.filter((check) => check.hard === true).map(({ id }) => id);
  if (hard.length > 0) return { line: `No override is possible: it would lose data or could not work (${hard.join(', ')}).` };
  const ids = [...overrides.map(({ check }) => check), ...blocks.map(({ id }) => id)].join(',');
  return {
    line: [
      'To do it all the same: ask again with ',
      { code: `--override ${ids} --override-reason "why that is safe"` },
      '. It then needs one more approver.',
    ],
  };
}
