import type { Session } from '../core/sessions.ts';

/** One line of the tree of who waits for whom; a root waits for nobody. */
export interface Blocked {
  /** 0 stands for a prepared transaction. */
  readonly pid: number;
  /** Absent where it has ended between two looks, and for a prepared transaction. */
  readonly session: Session | undefined;
  readonly depth: number;
  /** How many sessions wait for it, directly or behind others. */
  readonly blocks: number;
}

/**
 * Who blocks whom (pg_blocking_pids), root blockers first, the one that holds up most before others, each followed by those that wait
 * for it. A session that waits for several stands below the first of them; one in a circle stands once.
 */
export function blockingTree(sessions: readonly Session[]): readonly Blocked[] {
  const byPid = new Map(sessions.map((session) => [session.pid, session]));
  const waiters = new Map<number, number[]>();
  for (const { pid, blockedBy } of sessions)
    for (const blocker of new Set(blockedBy)) waiters.set(blocker, [...(waiters.get(blocker) ?? []), pid]);
  const blocks = (pid: number) => behind(pid, waiters).size;
  const waits = (pid: number) => (byPid.get(pid)?.blockedBy.length ?? 0) > 0;
  const most = (a: number, b: number) => blocks(b) - blocks(a) || a - b;
  const roots = [...waiters.keys()].filter((pid) => !waits(pid)).sort(most);
  const seen = new Set<number>();
  const below = (pid: number, depth: number): readonly Blocked[] => {
    if (seen.has(pid)) return [];
    seen.add(pid);
    const next = (waiters.get(pid) ?? []).toSorted(most).flatMap((waiter) => below(waiter, depth + 1));
    return [{ pid, session: byPid.get(pid), depth, blocks: blocks(pid) }, ...next];
  };
  // What only a circle leads to has no root; PostgreSQL ends one of it after deadlock_timeout.
  return [...roots, ...[...waiters.keys()].sort(most)].flatMap((pid) => below(pid, 0));
}

function behind(pid: number, waiters: ReadonlyMap<number, readonly number[]>): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [pid];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const waiter of waiters.get(at) ?? []) {
      if (waiter === pid || found.has(waiter)) continue;
      found.add(waiter);
      open.push(waiter);
    }
  }
  return found;
}
