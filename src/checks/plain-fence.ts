import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';

/**
 * What keeps a lost primary of a plain cluster from coming back as a second one. `units`: its host answers and no server runs there, so
 * that the first step masks its unit and writes standby.signal; `word`: somebody states that it is powered off.
 */
export function lostFence(
  leader: string,
  server: Reading<Server> | undefined,
  fencedBy: string | undefined,
): { readonly by: 'units' | 'word' | undefined; readonly check: Check } {
  const id = 'fenced';
  if (server?.ok && server.value.process === 'running') {
    const says = `the host of ${leader} answers, and a server runs there although it does not answer by SQL`;
    return { by: undefined, check: blocked(id, says, 'Stop it there first, or see why it does not answer.', { hard: true }) };
  }
  if (server?.ok)
    return {
      by: 'units',
      check: passed(id, `no server runs on ${leader}; the first step masks its unit there and writes standby.signal`),
    };
  if (fencedBy !== undefined)
    return {
      by: 'word',
      check: warned(
        id,
        `the asker states that ${leader} is ${fencedBy}; nothing here can check that`,
        'Approve only if you know it as well: two primaries would both take writes.',
      ),
    };
  const says = `nothing keeps ${leader} from taking writes again: its host does not answer by ssh: ${server?.why ?? 'not asked'}`;
  return {
    by: undefined,
    check: blocked(id, says, 'Power it off and add `--fenced-by "powered off"`.', { hard: true }),
  };
}
