import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';

/**
 * What keeps a lost primary of a plain cluster from coming back as a second one. `units`: its host answers and no server runs there, so
 * that the first step masks its unit and writes standby.signal; `word`: somebody states that it is powered off;
 * `mask`: both, where its host answers but standby.signal can't be written, so that a disk that comes back would start as a primary.
 */
export function lostFence(
  leader: string,
  server: Reading<Server> | undefined,
  fencedBy: string | undefined,
): { readonly by: 'units' | 'mask' | 'word' | undefined; readonly check: Check } {
  const id = 'fenced';
  if (server?.ok && server.value.process === 'running') {
    const says = `the host of ${leader} answers, and a server runs there although it does not answer by SQL`;
    return { by: undefined, check: blocked(id, says, 'Stop it there first, or see why it does not answer.', { hard: true }) };
  }
  const disk = server?.ok ? whyNoMark(server.value) : undefined;
  if (disk) return maskAndWord(leader, disk, fencedBy);
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

function whyNoMark({ process, isDataWritable }: Server): string | undefined {
  if (process === 'no data directory') return 'there is no data directory';
  return isDataWritable === false ? 'its data directory is not writable' : undefined;
}

function maskAndWord(leader: string, disk: string, fencedBy: string | undefined): ReturnType<typeof lostFence> {
  const says = `the host of ${leader} answers and no server runs, but ${disk}, so that no standby.signal can be written`;
  if (fencedBy === undefined)
    return {
      by: undefined,
      check: blocked(
        'fenced',
        `${says}: if its disk comes back, ${leader} could start as a second primary`,
        'Power it off, or take its disk away for good, and add `--fenced-by "powered off"`.',
        { hard: true },
      ),
    };
  return {
    by: 'mask',
    check: warned(
      'fenced',
      `${says}: the first step masks its unit alone, and the asker states that ${leader} is ${fencedBy}`,
      'Approve only if you know that its disk does not come back under a server: two primaries would both take writes.',
    ),
  };
}
