import type { Incident } from '../core/incident.ts';
import { incidentName } from '../core/incident-name.ts';
import { oneLine } from '../core/one-line.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { outageWords } from '../core/write-outage.ts';
import { doer } from './apply-act.ts';
import { catalogue } from './catalogue.ts';
import { conditionWords } from './fold-condition.ts';
import { incidentTitle } from './incident-title.ts';

/** An incident as Markdown for the post-mortem, times in UTC. What hosts and people said is data: it makes no mark-up. */
export function incidentReport(incident: Incident): string {
  const sections = [
    head(incident),
    durations(incident),
    conditions(incident),
    timeline(incident),
    evidence(incident),
    people(incident),
    open(),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

type Lines = readonly string[];

function head(incident: Incident): Lines {
  const { id, cluster, severity, says, outcome, situation, openedAtMs, resolvedAtMs, affects, partOf } = incident;
  const end =
    resolvedAtMs === undefined ? 'still open' : `${utc(resolvedAtMs)}, after ${formatDuration(resolvedAtMs - openedAtMs)}`;
  return [
    `# ${data(cluster)}: ${data(incidentTitle(incident))}`,
    '',
    `- Incident: ${incidentName(id)}`,
    `- Severity: ${severity}`,
    `- Situation: ${data(catalogue[situation].title)}`,
    `- Began: ${utc(openedAtMs)}`,
    `- Ended: ${end}`,
    ...(outcome === undefined ? [] : [`- Outcome: ${data(outcome)}`]),
    ...(partOf ? [`- Part of: ${incidentName(partOf.incident)}`] : []),
    `- In short: ${data(says)}`,
    `- Affected: ${affects.length === 0 ? 'not known' : affects.map(data).join('; ')}`,
    `- Usual cause: ${data(catalogue[situation].likelyCause)}`,
  ];
}

function durations(incident: Incident): Lines {
  const { lostAtMs, ledAtMs, provenAtMs, membersBackAtMs, writeOutage, bytesAtRisk, cause } = incident;
  if (cause === 'condition') return [];
  const between = (what: string, from: number | undefined, to: number | undefined): Lines =>
    from === undefined || to === undefined ? [] : [`- ${what}: ${formatDuration(to - from)}`];
  return [
    '## Measures',
    '',
    `- Write outage: ${writeOutage === undefined ? 'not measured' : data(outageWords(writeOutage))}`,
    ...moments(incident),
    ...between('Without a leader key', lostAtMs, ledAtMs),
    ...between('From the loss until the new primary was proven by SQL', lostAtMs, provenAtMs),
    ...between('From the loss until all members streamed', lostAtMs, membersBackAtMs),
    bytesAtRisk === undefined ? '- WAL at risk: not known' : `- WAL at risk: at least ${formatBytes(bytesAtRisk)}`,
  ];
}

function moments({ lastGoodWriteAtMs, openedAtMs, lostAtMs, ledAtMs, firstWriteAtMs, replayed }: Incident): Lines {
  if (replayed) return [];
  const at = (what: string, atMs: number | undefined): Lines => (atMs === undefined ? [] : [`- ${what}: ${utc(atMs)}`]);
  return [
    ...at('Last good write', lastGoodWriteAtMs),
    ...at('First seen', openedAtMs),
    ...at('Leader key lost', lostAtMs),
    ...at('New leader key', ledAtMs),
    ...at('First write', firstWriteAtMs),
  ];
}

function conditions({ conditions: all }: Incident): Lines {
  const list = Object.values(all).sort((a, b) => a.raisedAtMs - b.raisedAtMs);
  if (list.length === 0) return [];
  const line = (one: (typeof list)[number]) => {
    const end =
      one.clearedAtMs === undefined ? 'lasts' : `${utc(one.clearedAtMs)} (${formatDuration(one.clearedAtMs - one.raisedAtMs)})`;
    return `- ${data(conditionWords(one))}: from ${utc(one.raisedAtMs)} to ${end}. ${data(one.says)}`;
  };
  return ['## Conditions', '', ...list.map(line)];
}

function timeline({ timeline: entries }: Incident): Lines {
  const line = ({ atMs, says, seen }: (typeof entries)[number]) =>
    `- ${utc(atMs)} ${data(says)}${seen === undefined ? '' : ` (seen: ${data(seen)})`}`;
  return ['## Timeline (UTC)', '', ...entries.map(line)];
}

function evidence({ evidence: seen }: Incident): Lines {
  return seen.length === 0 ? [] : ['## Evidence', '', ...seen.map((one) => `- ${data(one)}`)];
}

const DID = { acknowledge: 'acknowledged', resolve: 'resolved', escalate: 'escalation asked for', note: 'noted' } as const;

function people({ acts, escalations, silencedBy }: Incident): Lines {
  const did = acts.map((act) => {
    const said = 'reason' in act ? act.reason : (act.note ?? '');
    return { atMs: act.atMs, says: `${DID[act.act]} by ${data(doer(act))}${said ? `: ${data(said)}` : ''}` };
  });
  const called = escalations.map(({ atMs, to, why }) => ({ atMs, says: `escalated to ${data(to)}: ${data(why)}` }));
  const silent = silencedBy
    ? [`- silenced by ${data(silencedBy.by)} until ${utc(silencedBy.untilMs)}: ${data(silencedBy.reason)}`]
    : [];
  const dated = [...did, ...called].sort((a, b) => a.atMs - b.atMs).map(({ atMs, says }) => `- ${utc(atMs)} ${says}`);
  const all = [...dated, ...silent];
  return all.length === 0 ? [] : ['## People', '', ...all];
}

function open(): Lines {
  return ['## To be written', '', '- Root cause:', '- What went well:', '- What went badly:', '- Actions, with owners:'];
}

function utc(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace('Z', '');
}

/** CommonMark 2.4: any ASCII punctuation may be escaped by a backslash; HTML begins with < or &. */
function data(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]()#+!|~>$@]/gu, '\\$&')
    .replace(/&/gu, '&amp;')
    .replace(/</gu, '&lt;')
    .replace(/:\/\//gu, ':&#47;&#47;');
}
