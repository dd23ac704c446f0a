import { formatDuration } from '../core/units.ts';
import type { LockHolder } from './needs.ts';

/**
 * Who holds what and since when, as a clause: `billing is held by run r4k2m9xq (switchover) for 12 s`. A lock may be on a cluster that
 * shares something with the one asked about: only those that the reader may see are named.
 */
export function heldWords(holders: readonly LockHolder[], nowMs: number, visible: readonly string[]): string {
  return [...new Set(holders.map((holder) => (mayName(holder, visible) ? named(holder, nowMs) : UNNAMED)))].join('; ');
}

/** True when a lock is not on a cluster, or a part of one, that must not be named. */
export function mayName({ resource }: LockHolder, visible: readonly string[]): boolean {
  const cluster = /^(?:cluster:|copy:|member:)([^/]+)/.exec(resource)?.[1];
  return cluster === undefined || visible.includes(cluster);
}

const UNNAMED = 'something that it shares with another cluster is held by a run there';

function named({ resource, run, runbook, sinceMs }: LockHolder, nowMs: number): string {
  const name = resource.slice(resource.indexOf(':') + 1);
  return `${name} is held by run ${run} (${runbook}) for ${formatDuration(Math.max(0, nowMs - sinceMs))}`;
}
