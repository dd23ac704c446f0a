import { z } from 'zod';
import type { Snapshot } from '../core/cluster.ts';
import { known, type Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import type { View } from '../core/view.ts';

/** All that the plan of a release is made from. */
export const ReleaseFacts = z.object({
  /** Epoch milliseconds. */
  atMs: z.number(),
  snapshot: z.custom<Snapshot>(isObject),
  /** Of who holds the leader key; absent when nobody of the cluster does. */
  server: z.custom<Reading<Server>>(isObject).optional(),
});
export type ReleaseFacts = z.output<typeof ReleaseFacts>;

/** Reads everything afresh. @throws Refusal when there is no such cluster. */
export async function lookForRelease(cluster: string, view: View): Promise<z.input<typeof ReleaseFacts>> {
  const snapshot = await view.snapshot(cluster);
  const holder = known(snapshot.dcs)?.leader;
  const isMember = snapshot.members.some(({ name }) => name === holder);
  return {
    atMs: view.now(),
    snapshot,
    ...(holder !== undefined && isMember ? { server: await view.server(cluster, holder) } : {}),
  };
}

/** The facts whose change makes an approval stale. */
export function releaseMaterial({ snapshot }: ReleaseFacts): {
  readonly systemId: string | null;
  readonly holder: string | null;
  readonly timelines: readonly (number | null)[];
} {
  const dcs = known(snapshot.dcs);
  return {
    systemId: dcs?.systemId ?? null,
    holder: dcs?.leader ?? null,
    timelines: snapshot.members.map(({ sql }) => known(sql)?.timeline ?? null),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
