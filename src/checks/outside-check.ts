import { blocked, type Check, passed } from '../core/check.ts';

/** Nothing of a data directory lies elsewhere, where a new copy would find it full. */
export function outsideCheck(
  node: string,
  tablespaces: readonly string[],
  walIsLink: boolean,
  emptyThem = 'Let Patroni do it, which empties them: `/pg reinit`.',
): Check {
  const id = 'inside-the-data-directory';
  const outside = [...(walIsLink ? ['pg_wal'] : []), ...tablespaces.map((oid) => `the tablespace ${oid}`)];
  return outside.length === 0
    ? passed(id, `${node} has its WAL and all tablespaces inside its data directory`)
    : blocked(
        id,
        `${outside.join(', ')} of ${node} lie outside of its data directory, and a new copy would find them full`,
        emptyThem,
        { hard: true },
      );
}
