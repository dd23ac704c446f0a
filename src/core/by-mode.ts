import type { ClusterInfo } from './cluster.ts';
import type { Runbook } from './runbook.ts';

/** Runbooks that do for clusters of one mode what `starts` of the command does for the others; they take the same input. */
export type ByMode = Readonly<Partial<Record<ClusterInfo['mode'], Runbook>>>;

interface Startable {
  readonly starts?: Runbook;
  readonly byMode?: ByMode;
}

/** The runbook that the command starts on a cluster of this mode; `undefined` for a command that starts none. */
export function runbookFor({ starts, byMode }: Startable, mode: ClusterInfo['mode']): Runbook | undefined {
  return byMode?.[mode] ?? starts;
}

/** Every runbook that the command may start. */
export function runbooksOf({ starts, byMode = {} }: Startable): readonly Runbook[] {
  return [...new Set([...(starts ? [starts] : []), ...Object.values(byMode)])];
}
