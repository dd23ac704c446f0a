import type { Incident } from '../core/incident.ts';
import { incidentName } from '../core/incident-name.ts';
import type { Message, Part, Span } from '../core/message.ts';
import { incidentMessage } from './incident-message.ts';
import { incidentReport } from './incident-report.ts';

const NEWEST = 15;

/** All about one incident, with the file for its post-mortem. */
export function incidentCard(incident: Incident): Message {
  const live = incidentMessage(incident);
  const parts = live.parts.filter((part) => !('buttons' in part)).map(unheard);
  const { timeline } = incident;
  const left = timeline.length - NEWEST;
  const lines: readonly Part[] = [
    { line: 'Timeline:' },
    ...(left > 0 ? [{ line: `${left} earlier lines are in the file`, indent: 1 as const }] : []),
    ...timeline.slice(-NEWEST).map(({ atMs, says }): Part => ({ line: [{ timeMs: atMs }, ` ${says}`], indent: 1 })),
  ];
  const name = incidentName(incident.id);
  const elsewhere: readonly Part[] = parts.length < live.parts.length ? [{ note: 'Its buttons stand on its own message.' }] : [];
  const file = {
    ...{ name: `incident-${name}.md`, title: `Incident ${name}, for the post-mortem` },
    ...{ content: incidentReport(incident), alt: `The timeline of incident ${name} as Markdown` },
  };
  return { ...live, parts: [...parts, ...lines, ...elsewhere], attachments: [file] };
}

/** Nobody is called by somebody's look: a group that was named is told by its id. */
function unheard(part: Part): Part {
  if (!('line' in part) || !Array.isArray(part.line)) return part;
  return { ...part, line: part.line.map((span: Span): Span => (isGroup(span) ? { code: span.group } : span)) };
}

function isGroup(span: Span): span is { readonly group: string } {
  return typeof span !== 'string' && 'group' in span;
}
