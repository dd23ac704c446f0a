import type { Part, Sign } from '../core/message.ts';
import type { Journal, JournalEntry, Run } from '../core/run.ts';
import { formatDuration } from '../core/units.ts';

/** The steps as they stand: sign, what was or is being done, how long, and the last sentence of the one in hand. */
export function stepLines(run: Run, journal: Journal, nowMs: number): readonly Part[] {
  return run.plan.steps.flatMap(({ id, title }, index) => {
    const entry = journal[id];
    const line: Part = {
      line: `${index + 1}. ${title}${entry ? ` · ${timeWords(entry, nowMs)}` : ''}`,
      sign: signOf(entry, run),
    };
    const note = entry?.note && entry.mark !== 'done' ? [{ line: entry.note, indent: 1 as const }] : [];
    return [line, ...note];
  });
}

/** The lines of the hosts' logs that belong to steps which hang or failed. */
export function logLines(run: Run, journal: Journal): readonly Part[] {
  return run.plan.steps.flatMap(({ id, title }) => {
    const found = journal[id]?.lines ?? [];
    if (found.length === 0) return [];
    return [
      { line: `The log of the host during '${title}':` },
      ...found.map((text) => ({ line: { code: text }, indent: 1 as const })),
    ];
  });
}

function signOf(entry: JournalEntry | undefined, { state }: Run): Sign {
  if (!entry) return 'waiting';
  if (entry.mark === 'failed') return 'bad';
  if (entry.mark === 'started') return state === 'running' || state === 'cancelling' ? 'busy' : 'unknown';
  return 'done';
}

function timeWords({ mark, startedAtMs, endedAtMs }: JournalEntry, nowMs: number): string {
  if (mark === 'already') return 'was so already';
  const took = formatDuration(Math.max(0, (endedAtMs ?? nowMs) - startedAtMs));
  if (mark === 'failed') return `failed after ${took}`;
  return mark === 'done' ? took : `for ${took}`;
}
