import type { Incident } from '../core/incident.ts';
import { incidentName } from '../core/incident-name.ts';
import { acknowledgedBy, doer } from './apply-act.ts';
import { catalogue } from './catalogue.ts';
import { openConditions } from './fold-condition.ts';
import { incidentTitle } from './incident-title.ts';
import type { Page } from '../core/page.ts';

/** An incident as it is told where Slack does not reach. */
export function pageOf(incident: Incident, phase: Page['phase'], permalink: string | undefined): Page {
  const { id, severity, cluster, situation, outcome, waitsFor, evidence, affects, openedAtMs } = incident;
  const says = incident.says;
  const taken = acknowledgedBy(incident);
  return {
    ...{ key: id, phase, severity, cluster, situation, sinceMs: openedAtMs },
    summary: incidentTitle(incident),
    details: [
      ...(outcome === undefined ? [] : [outcome]),
      ...(says === outcome ? [] : [says]),
      ...openConditions(incident)
        .map((condition) => condition.says)
        .filter((words) => words !== says),
      ...affects.map((affected) => `affects ${affected}`),
      ...(waitsFor ? [`waits for ${waitsFor}`] : []),
      ...(phase === 'resolved' ? [] : [`first look: ${catalogue[situation].firstLook}`]),
      ...evidence.map((seen) => `seen: ${seen}`),
      `incident ${incidentName(id)}`,
    ],
    ...(permalink === undefined ? {} : { permalink }),
    ...(taken ? { acknowledgedBy: doer(taken) } : {}),
  };
}
