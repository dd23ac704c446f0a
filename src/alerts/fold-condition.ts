import type { Incident, IncidentCondition } from '../core/incident.ts';
import type { Signal } from '../core/signal.ts';
import { formatDuration } from '../core/units.ts';
import { catalogue } from './catalogue.ts';
import { isOpen, weighed } from './situation.ts';

/** The incident after a condition of it was raised, grew heavier or cleared. Pure; the same signal twice, or late, changes nothing more. */
export function foldCondition(incident: Incident, { cluster, kind, condition, says, evidence, atMs }: Signal): Incident {
  if (!condition) return incident;
  const { situation, severity, about, rises } = condition;
  const isOwn = cluster === incident.cluster;
  const key = isOwn ? condition.key : `${cluster} ${condition.key}`;
  const known = incident.conditions[key];
  const common = { ...(isOwn ? {} : { cluster }), situation, severity, ...(about === undefined ? {} : { about }) };
  const seen = evidence === undefined ? {} : { evidence };
  const raised = { ...common, says, ...seen, raisedAtMs: atMs, ...(rises === undefined ? {} : { rises }) };
  const next = kind === 'cleared' ? { ...(known ?? raised), clearedAtMs: atMs } : goingOn(known, raised);
  return withCondition(incident, key, next);
}

/** One that lasts keeps its beginning, and is as heavy as its newest rise made it, whichever comes first here. */
function goingOn(known: IncidentCondition | undefined, raised: IncidentCondition): IncidentCondition {
  const { raisedAtMs: atMs, says, severity, rises = 0 } = raised;
  if (!known) return raised;
  if (known.clearedAtMs !== undefined) return known.clearedAtMs >= atMs ? { ...known, says, raisedAtMs: atMs } : raised;
  const { evidence = known.evidence } = raised;
  return {
    ...known,
    ...(rises > (known.rises ?? 0) ? { severity, rises } : {}),
    ...(atMs > wordsAtMs(known) ? { says, saidAtMs: atMs, ...(evidence === undefined ? {} : { evidence }) } : {}),
    raisedAtMs: Math.min(known.raisedAtMs, atMs),
  };
}

/** When what stands of it was seen. */
export function wordsAtMs({ raisedAtMs, saidAtMs = raisedAtMs }: IncidentCondition): number {
  return saidAtMs;
}

/** With what is known of one condition now, under the name and as heavy as its conditions make it. */
export function withCondition(incident: Incident, key: string, condition: IncidentCondition): Incident {
  return weighed(headed({ ...incident, conditions: { ...incident.conditions, [key]: condition } }));
}

/** Called after what lasts, and says that: a consequence does not hide its cause. When the first one is gone, after the next. */
function headed(incident: Incident): Incident {
  if (incident.cause !== 'condition') return incident;
  const head = headOf(incident) ?? openConditions(incident)[0];
  return head ? { ...incident, situation: head.situation, says: head.says } : incident;
}

/** What lasts of an incident, the oldest first. */
export function openConditions({ conditions }: Pick<Incident, 'conditions'>): readonly Incident['conditions'][string][] {
  return Object.values(conditions)
    .filter(isOpen)
    .sort((a, b) => a.raisedAtMs - b.raisedAtMs);
}

/** The lasting condition that an incident of conditions is called after. */
export function headOf(incident: Incident): Incident['conditions'][string] | undefined {
  if (incident.cause !== 'condition') return undefined;
  return openConditions(incident).find((one) => one.situation === incident.situation);
}

/** In a few words, for what waits for them: `replication lag, pg2`. */
export function conditionWords({
  cluster,
  situation,
  about,
}: Pick<IncidentCondition, 'cluster' | 'situation' | 'about'>): string {
  return `${cluster === undefined ? '' : `${cluster}: `}${catalogue[situation].title}${about === undefined ? '' : `, ${about}`}`;
}

/** The last line of an incident whose conditions have all cleared: what it was and how long it took. */
export function clearedOutcome(incident: Incident): string {
  const all = Object.values(incident.conditions);
  const lastMs = Math.max(incident.openedAtMs, ...all.map(({ clearedAtMs = 0 }) => clearedAtMs));
  const [first] = [...all].sort((a, b) => a.raisedAtMs - b.raisedAtMs);
  const what = first ? conditionWords(first) : catalogue[incident.situation].title;
  const more = all.length > 1 ? ` and ${all.length - 1} more` : '';
  return `${what}${more}: over after ${formatDuration(lastMs - incident.openedAtMs)}`;
}
