import { hintText } from '../core/hint-text.ts';
import type { Message, Part } from '../core/message.ts';
import type { Risk } from '../core/plan.ts';
import type { Proposal } from '../core/runbook.ts';
import { allChecks } from './check-lines.ts';
import { openBlocks, type Overrides } from './overrides.ts';
import { titleWords } from './title-words.ts';

const RISKS: Readonly<Record<Risk, string>> = {
  reads: 'only reads',
  'interrupts-nothing': 'interrupts nothing',
  'interrupts-writes': 'interrupts writes',
  'can-lose-data': 'can lose data',
};

/** The answer to `--dry-run`: the whole plan with every check and its evidence; nothing is stored, asked or run. */
export function dryRunCard({ plan }: Proposal, overrides: Overrides = []): Message {
  const blocks = openBlocks(plan.checks, overrides);
  const { title, rest } = titleWords(plan.summary);
  const would =
    blocks.length === 0
      ? 'it could be asked for'
      : `${blocks.length === 1 ? '1 check' : `${blocks.length} checks`} would block it`;
  const risk = `Risk: ${RISKS[plan.risk]}${plan.riskReason ? `: ${plan.riskReason}` : ''}.`;
  return {
    summary: `Dry run: ${plan.summary}`,
    parts: [
      { title: `Dry run, ${would}: ${title}`, sign: blocks.length === 0 ? 'ok' : 'warn' },
      { line: rest === '' ? risk : `${risk} ${rest}` },
      ...plan.notes.map((note): Part => ({ line: hintText(note) })),
      { divider: true },
      ...allChecks(plan.checks),
      { divider: true },
      ...plan.steps.map((step, index): Part => ({ line: `${index + 1}. ${step.title}`, sign: 'waiting' })),
      { note: 'Nothing was changed, and nobody was asked.' },
    ],
  };
}
