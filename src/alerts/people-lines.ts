import type { Incident } from '../core/incident.ts';
import type { Part, Span } from '../core/message.ts';
import { acknowledgedBy } from './apply-act.ts';

/** Who was called, who took it up, who silenced it, whom it went to. */
export function peopleLines(incident: Incident, mention: readonly string[] = []): readonly Part[] {
  const { acts, silencedBy, escalations, resolvedAtMs } = incident;
  const taken = acknowledgedBy(incident);
  const ended = acts.findLast((act) => act.act === 'resolve');
  const open = resolvedAtMs === undefined;
  return [
    ...(open && !taken && !silencedBy && mention.length > 0 ? [{ line: ['For ', ...mentions(mention)] } as const] : []),
    ...(taken
      ? [{ line: ['Acknowledged by ', { person: taken.by }, ' ', { timeMs: taken.atMs }, note(taken.note)], sign: 'ok' } as const]
      : []),
    ...(silencedBy && open ? [silenceLine(silencedBy)] : []),
    ...escalations.map(
      ({ to, why, atMs }): Part => ({ line: ['Escalated to ', ...called(to), ' ', { timeMs: atMs }, `: ${why}`] }),
    ),
    ...(ended ? [{ line: ['Resolved by ', { person: ended.by }, `: ${ended.reason}`], sign: 'done' } as const] : []),
  ];
}

function silenceLine({ by, untilMs, reason }: NonNullable<Incident['silencedBy']>): Part {
  return {
    line: ['Silenced by ', { person: by }, ' until ', { timeMs: untilMs }, `: ${reason}. Nobody is called.`],
    sign: 'waiting',
  };
}

/** User groups (S...) and people (U..., W...), with spaces between. */
export function mentions(ids: readonly string[]): readonly Span[] {
  return ids.flatMap((id, i) => [...(i === 0 ? [] : [' ']), id.startsWith('S') ? { group: id } : { person: id }]);
}

/** Groups and people by their names, targets as they are called. */
function called(to: string): readonly Span[] {
  const spans = to.split(', ').map((one): Span => (/^[SUW][A-Z0-9]{5,}$/.test(one) ? (mentions([one])[0] ?? one) : one));
  return spans.flatMap((span, i) => (i === 0 ? [span] : [', ', span]));
}

function note(text: string | undefined): string {
  return text ? `: ${text}` : '';
}
