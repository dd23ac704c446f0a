import { hintText } from '../core/hint-text.ts';
import type { Part, Sign, Span } from '../core/message.ts';
import type { Journal, JournalEntry, Run } from '../core/run.ts';
import { startSentence } from '../core/start-sentence.ts';
import { formatDuration } from '../core/units.ts';
import { standsAt } from './stands-at.ts';

/** The steps as they stand: sign, what was or is being done, how long, and the last sentence of the one in hand. */
export function stepLines(run: Run, journal: Journal): readonly Part[] {
  const { steps } = run.plan;
  const left = over(run) ? steps.filter(({ id }) => journal[id] === undefined) : [];
  const lines = steps.flatMap((step, index): readonly Part[] => {
    const entry = journal[step.id];
    return left.includes(step) ? [] : [titleLine(run, `${index + 1}. ${step.title}`, entry), ...noteLine(entry)];
  });
  return [...lines, ...notDone(left.length, steps.length)];
}

/** `step 3 of 7`: the one in hand, or the next one. */
export function stepNow(run: Run, journal: Journal): string | undefined {
  const { steps } = run.plan;
  const step = standsAt(run, journal);
  const at = step ? steps.indexOf(step) : -1;
  return at < 0 ? undefined : `step ${at + 1} of ${steps.length}`;
}

/** What the act of each step says it did: its own words, such as Patroni's answer, for the thread. */
export function didLines({ plan }: Run, journal: Journal): readonly Part[] {
  const lines = plan.steps.flatMap(({ id }, index): Part[] => {
    const did = journal[id]?.did;
    return did === undefined ? [] : [{ line: hintText(`${index + 1}. ${startSentence(did)}`) }];
  });
  return lines.length === 0 ? [] : [{ line: { bold: 'What the steps say they did' } }, ...lines];
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

/** It ran and goes on no more, so what is not in its journal was not done. */
function over({ state }: Run): boolean {
  return state === 'failed' || state === 'halted' || state === 'cancelled';
}

function titleLine(run: Run, title: string, entry: JournalEntry | undefined): Part {
  const sign = signOf(entry, run);
  return { line: [sign === 'busy' ? { bold: title } : title, ...timeSpans(entry, run)], sign };
}

function noteLine(entry: JournalEntry | undefined): readonly Part[] {
  return entry?.note && entry.mark !== 'done' ? [{ line: hintText(entry.note), indent: 1 }] : [];
}

function notDone(count: number, of: number): readonly Part[] {
  if (count === 0) return [];
  return [
    { line: count === 1 ? `Step ${of} was not begun` : `Steps ${of - count + 1} to ${of} were not begun`, sign: 'waiting' },
  ];
}

function signOf(entry: JournalEntry | undefined, { state }: Run): Sign {
  if (!entry) return 'waiting';
  if (entry.mark === 'failed') return 'bad';
  if (entry.mark === 'skipped') return 'warn';
  if (entry.mark === 'started') return state === 'running' || state === 'cancelling' ? 'busy' : 'unknown';
  return 'done';
}

function timeSpans(entry: JournalEntry | undefined, { state }: Run): readonly Span[] {
  if (!entry) return [];
  const { mark, startedAtMs, endedAtMs = startedAtMs } = entry;
  if (mark === 'skipped') return [' · skipped'];
  if (mark === 'already') return [' · was so already'];
  if (mark === 'started')
    return state === 'running' || state === 'cancelling'
      ? [' · since ', { timeMs: startedAtMs }]
      : [' · begun ', { timeMs: startedAtMs }, ', how it ended is not known'];
  const took = formatDuration(Math.max(0, endedAtMs - startedAtMs));
  return [mark === 'failed' ? ` · failed after ${took}` : ` · ${took}`];
}
