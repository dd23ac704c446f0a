import type { Incident } from '../core/incident.ts';
import type { SituationName } from '../core/situation-name.ts';
import { catalogue } from './catalogue.ts';

/** What it is, in a few words, and whether it is over: `failover pg1 -> pg2, resolved`. */
export function incidentTitle(incident: Incident): string {
  const { resolvedAtMs, partOf } = incident;
  const over = partOf ? ', part of another incident' : resolvedAtMs === undefined ? '' : ', resolved';
  return `${wordsOf(incident)}${over}`;
}

const TITLES: Readonly<Record<Incident['cause'], string>> = {
  planned: 'switchover',
  crash: 'failover',
  released: 'leader change that nobody asked for',
  blip: 'leader key lost for a moment',
  unknown: 'leader change',
  condition: 'alert',
};

/** Found by looking closer; the change itself says no more than that the leader was lost. */
const CLOSER: ReadonlySet<SituationName> = new Set([
  ...(['host-lost', 'network-cut', 'patroni-hung', 'postgres-crashed', 'key-without-primary', 'two-primaries'] as const),
  ...(['leader-overwritten'] as const),
]);

function wordsOf(incident: Incident): string {
  const { cause, situation, conditions, flapping } = incident;
  if (cause === 'condition') {
    const about = Object.values(conditions).find((one) => one.situation === situation)?.about;
    return `${catalogue[situation].title}${about === undefined ? '' : `, ${about}`}`;
  }
  if (situation === 'flapping' && flapping) return `${catalogue.flapping.title}, ${flapping.changes} times`;
  const change = changeWords(incident);
  if (CLOSER.has(situation) && change.startsWith('no answer of') && incident.from !== undefined)
    return `${catalogue[situation].title}, ${incident.from}`;
  return CLOSER.has(situation) && !change.startsWith('crash of') ? `${catalogue[situation].title}, ${change}` : change;
}

function changeWords(incident: Incident): string {
  const { cause, to, from, lostAtMs, resolvedAtMs } = incident;
  if (to === undefined && lostAtMs === undefined) return beforeChange(incident);
  if (to === undefined) return `${TITLES[cause]}${resolvedAtMs === undefined ? ', no leader now' : ''}`;
  if (to === from && cause !== 'blip') return 'restart of the leader in place';
  return `${TITLES[cause]}${cause === 'blip' || from === undefined ? '' : ` ${from} -> ${to}`}`;
}

function beforeChange({ cause, from }: Incident): string {
  const who = from === undefined ? 'the leader' : `the leader ${from}`;
  return cause === 'crash' ? `crash of ${who}` : `no answer of ${who}`;
}
