import { z } from 'zod';
import type { Backups } from '../core/backups.ts';
import type { Snapshot } from '../core/cluster.ts';
import type { DataDirectory } from '../core/data-directory.ts';
import { known, type Reading } from '../core/reading.ts';
import type { RewindSource } from '../core/rewind-source.ts';
import type { Server } from '../core/server.ts';
import type { UnitSight } from '../core/unit-sight.ts';
import type { View } from '../core/view.ts';

/** All that the plan of a rebuild is made from. Readings are validated where they were read; here only the frame is. */
export const RebuildFacts = z.object({
  snapshot: z.custom<Snapshot>(isObject),
  node: z.string(),
  server: z.custom<Reading<Server>>(isObject),
  data: z.custom<Reading<DataDirectory>>(isObject),
  /** Of who holds the leader key; absent when nobody does. */
  leader: z
    .object({
      name: z.string(),
      server: z.custom<Reading<Server>>(isObject),
      data: z.custom<Reading<DataDirectory>>(isObject),
      source: z.custom<Reading<RewindSource>>(isObject),
    })
    .optional(),
  /** The rewind or the restore that the mark in the node's data directory names. */
  rewind: z.custom<Reading<UnitSight>>(isObject).optional(),
  /** Absent where no backup tool is configured. */
  backups: z.custom<Reading<Backups>>(isObject).optional(),
});
export type RebuildFacts = z.output<typeof RebuildFacts>;

/**
 * Reads everything afresh; a part that is down is in the facts as not read.
 * @throws Refusal when there is no such cluster or member.
 */
export async function lookForRebuild(cluster: string, node: string, view: View): Promise<z.input<typeof RebuildFacts>> {
  const [snapshot, server, data, backups] = await Promise.all([
    view.snapshot(cluster),
    view.server(cluster, node),
    view.dataDirectory(cluster, node),
    view.backups(cluster),
  ]);
  const leader = known(snapshot.dcs)?.leader;
  const isMember = leader !== undefined && snapshot.members.some(({ name }) => name === leader);
  const source = isMember ? await lookAtLeader(cluster, leader, view) : undefined;
  const mark = known(data)?.mark;
  const rewind = mark?.isOfThis ? await view.unit(cluster, node, mark.claim) : undefined;
  const optional = { ...(source ? { leader: source } : {}), ...(rewind ? { rewind } : {}), ...(backups ? { backups } : {}) };
  return { snapshot, node, server, data, ...optional };
}

async function lookAtLeader(cluster: string, name: string, view: View) {
  const [server, data, source] = await Promise.all([
    view.server(cluster, name),
    view.dataDirectory(cluster, name),
    view.rewindSource(cluster, name),
  ]);
  return { name, server, data, source };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
