import type { Incident } from '../core/incident.ts';
import { incidentName } from '../core/incident-name.ts';
import type { Message, Part, Sign } from '../core/message.ts';
import { formatDuration } from '../core/units.ts';
import { acknowledgedBy } from './apply-act.ts';
import { incidentTitle } from './incident-title.ts';

/** The incidents, open ones first; `of` is the cluster that was asked for, `all` whether resolved ones were as well. */
export function incidentsCard(
  incidents: readonly Incident[],
  { nowMs, of, all }: { readonly nowMs: number; readonly of?: string | undefined; readonly all: boolean },
): Message {
  const where = of === undefined ? '' : ` of ${of}`;
  const open = incidents.filter(({ resolvedAtMs }) => resolvedAtMs === undefined).length;
  const more: Part = {
    note: [{ code: '/pg incidents --all' }, ' shows those that are over, ', { code: '/pg incident ID' }, ' one whole.'],
  };
  const title = open === 0 ? `No open incident${where}` : `${open} open incident${open === 1 ? '' : 's'}${where}`;
  return {
    summary: title,
    parts: [
      { title, sign: open === 0 ? 'ok' : 'warn' },
      ...incidents.flatMap((incident) => lines(incident, nowMs)),
      ...(all ? [] : [more]),
    ],
  };
}

function lines(incident: Incident, nowMs: number): readonly Part[] {
  const { id, cluster, outcome, openedAtMs, resolvedAtMs, severity } = incident;
  const took = formatDuration((resolvedAtMs ?? nowMs) - openedAtMs);
  const how = resolvedAtMs === undefined ? `${severity}, since ${took}` : `${severity}, took ${took}, over `;
  const ended = resolvedAtMs === undefined ? [] : [{ timeMs: resolvedAtMs }];
  return [
    {
      line: [{ code: incidentName(id) }, ' ', { bold: cluster }, `: ${incidentTitle(incident)} · ${how}`, ...ended],
      sign: signOf(incident),
    },
    { line: outcome ?? incident.says, indent: 1 },
    ...(resolvedAtMs === undefined ? standing(incident) : []),
  ];
}

function standing(incident: Incident): readonly Part[] {
  const taken = acknowledgedBy(incident);
  const { silencedBy } = incident;
  return [
    ...(taken ? [{ line: ['acknowledged by ', { person: taken.by }], indent: 1 } as const] : []),
    ...(silencedBy
      ? [{ line: ['silenced by ', { person: silencedBy.by }, ' until ', { timeMs: silencedBy.untilMs }], indent: 1 } as const]
      : []),
  ];
}

function signOf({ resolvedAtMs, severity }: Incident): Sign {
  if (resolvedAtMs !== undefined) return 'ok';
  return severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : 'info';
}
