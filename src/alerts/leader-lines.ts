import type { Incident } from '../core/incident.ts';
import type { Part, Text } from '../core/message.ts';
import { startSentence } from '../core/start-sentence.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { outageWords } from '../core/write-outage.ts';

/** Who led and who leads, the times, what was measured, what it waits for. */
export function leaderLines(incident: Incident): readonly Part[] {
  return [...leaderLine(incident), ...timeLines(incident), ...measures(incident), ...proofLine(incident)];
}

function leaderLine({ from, to, timelineBefore, timelineAfter, lostAtMs }: Incident): readonly Part[] {
  const timeline = timelineBefore === undefined ? '' : `, timeline ${timelineBefore}`;
  if (to === undefined) {
    const was = lostAtMs === undefined ? 'is' : 'was';
    return from === undefined ? [] : [{ line: `Leader ${was} ${from}${timeline}`, sign: 'leader' }];
  }
  const after = timelineAfter !== undefined && timelineAfter !== timelineBefore ? ` -> ${timelineAfter}` : '';
  const who = from === to ? `${to} again` : `${from ?? 'unknown'} -> ${to}`;
  return [{ line: `Leader ${who}${timeline}${after}`, sign: 'leader' }];
}

function timeLines(incident: Incident): readonly Part[] {
  if (incident.replayed) return [];
  const { lostAtMs, ledAtMs, membersBackAtMs, openedAtMs, lastGoodWriteAtMs, firstWriteAtMs, from, to } = incident;
  const startMs = Math.min(openedAtMs, lostAtMs ?? openedAtMs, lastGoodWriteAtMs ?? openedAtMs);
  const line = (what: string, atMs: number | undefined): readonly Part[] => {
    if (atMs === undefined) return [];
    const since = atMs > startMs ? ` (+${formatDuration(atMs - startMs)})` : '';
    const text: Text = [`${what} `, { timeMs: atMs }, since];
    return [{ line: text }];
  };
  return [
    ...line('Last good write', lastGoodWriteAtMs),
    ...line('First seen', lostAtMs !== undefined && openedAtMs < lostAtMs ? openedAtMs : undefined),
    ...line('Leader key lost', lostAtMs),
    ...line(from === to ? 'Leader back' : 'New leader key', ledAtMs),
    ...line('First write', firstWriteAtMs),
    ...line('Members streaming', membersBackAtMs),
  ];
}

function measures({ writeOutage, bytesAtRisk }: Incident): readonly Part[] {
  const outage: readonly Part[] =
    writeOutage === undefined
      ? []
      : [{ line: startSentence(outageWords(writeOutage)), ...(writeOutage.kind === 'lasts' ? { sign: 'bad' } : {}) }];
  if (bytesAtRisk === undefined) return outage;
  const risk: Part =
    bytesAtRisk > 0
      ? {
          line: `At risk: at least ${formatBytes(bytesAtRisk)} of WAL that the old leader had and the new one lacks`,
          sign: 'warn',
        }
      : { line: 'At risk: nothing that is known of; the new leader has all WAL that was last seen on the old one' };
  return [...outage, risk];
}

/** When it is over the outcome says who leads. */
function proofLine({ to, provenAtMs, timelineAfter, waitsFor, resolvedAtMs }: Incident): readonly Part[] {
  if (resolvedAtMs !== undefined) return [];
  const waiting: readonly Part[] = waitsFor ? [{ line: `Waiting: ${waitsFor}`, sign: 'waiting' }] : [];
  if (to === undefined) return waiting;
  if (provenAtMs === undefined) return [{ line: 'The DCS says so; confirming by SQL', sign: 'waiting' }, ...waiting];
  return [{ line: `${to} is the primary by SQL, timeline ${timelineAfter ?? 'unknown'}`, sign: 'ok' }, ...waiting];
}
