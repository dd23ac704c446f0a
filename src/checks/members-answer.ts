import { type Check, passed, warned } from '../core/check.ts';
import type { PatroniScene } from './patroni-facts.ts';

/** Whether every member can show that the change reached it. */
export function membersAnswer({ silent, names }: Pick<PatroniScene, 'silent' | 'names'>): Check {
  const id = 'members-answer';
  return silent.length === 0
    ? passed(id, `the Patroni of all ${names.length} members answers`)
    : warned(
        id,
        `the Patroni of ${silent.join(' and ')} does not answer, so nothing will show that the change reached it`,
        'It reads the change from the DCS when it is back.',
      );
}
