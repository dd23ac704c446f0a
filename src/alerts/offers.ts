import type { Incident } from '../core/incident.ts';
import { catalogue } from './catalogue.ts';

/** Words that can be typed as they are, whatever a host is called. */
const SAFE = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/**
 * The commands that help with an incident, as they are typed after /pg. One that needs what is not known of it, or is not safe to type,
 * is left out. The place of one in the catalogue is its number for ever, so that a button means what it said.
 */
export function offersOf(incident: Incident): readonly { readonly number: number; readonly command: string }[] {
  const { cluster, situation, conditions, from } = incident;
  const about = Object.values(conditions).find((one) => one.situation === situation)?.about ?? from;
  return catalogue[situation].offers.flatMap((offer, number) => {
    const filled = fill(fill(offer, 'CLUSTER', cluster), 'ABOUT', about);
    return filled === undefined ? [] : [{ number, command: filled }];
  });
}

function fill(command: string | undefined, word: string, by: string | undefined): string | undefined {
  if (!command?.split(' ').includes(word)) return command;
  if (by === undefined || !SAFE.test(by)) return undefined;
  return command
    .split(' ')
    .map((part) => (part === word ? by : part))
    .join(' ');
}
