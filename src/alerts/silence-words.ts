import type { Silence } from '../core/silence.ts';
import { catalogue } from './catalogue.ts';

/** What a silence covers, as a clause: `replication lag, pg2 of billing`. */
export function silenceWords({ cluster, situation, about }: Pick<Silence, 'cluster' | 'situation' | 'about'>): string {
  const what = situation === undefined ? 'all but leader changes' : catalogue[situation].title;
  return `${what}${about === undefined ? '' : `, ${about}`} of ${cluster}`;
}
