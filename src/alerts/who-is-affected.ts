import { formatDuration } from '../core/units.ts';
import type { LastLook } from './loss-ports.ts';

interface Asked {
  readonly leader: string;
  readonly last: LastLook | undefined;
  /** Absent: no HAProxy, or none answers. */
  readonly sessions: readonly { readonly proxy: string; readonly sessions: number }[] | undefined;
  readonly openedAtMs: number;
}

/** Who feels the loss of a leader, in clauses; says so where it is not known. */
export function whoIsAffected({ leader, last, sessions, openedAtMs }: Asked): readonly string[] {
  const through = (sessions ?? []).filter((each) => each.sessions > 0);
  const direct = last?.clients;
  const clauses = through.map((each) => `${connections(each.sessions)} through ${each.proxy}`);
  if (direct !== undefined && last) {
    const agoMs = Math.max(0, openedAtMs - last.atMs);
    return [`${connections(direct)} on ${leader} (counted ${formatDuration(agoMs)} before)`, ...clauses];
  }
  return clauses.length > 0 ? clauses : [`not known: ${leader} was not looked at before, and no HAProxy has sessions on it`];
}

const connections = (count: number): string => `${count} client ${count === 1 ? 'connection' : 'connections'}`;
