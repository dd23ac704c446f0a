import { z } from 'zod';
import { blocked, type Check, passed } from '../core/check.ts';
import type { Snapshot } from '../core/cluster.ts';
import type { KeptFolder } from '../core/data-directory.ts';
import { refusal } from '../core/errors.ts';
import { known, type Reading } from '../core/reading.ts';
import { standbyRow } from '../core/standby-row.ts';
import { formatBytes } from '../core/units.ts';
import type { View } from '../core/view.ts';

/** What the plan of a deletion is made from. */
export const KeptFacts = z.object({
  snapshot: z.custom<Snapshot>(isObject),
  kept: z.custom<Reading<readonly KeptFolder[]>>(isObject),
});
export type KeptFacts = z.output<typeof KeptFacts>;

/** @throws Refusal when there is no such cluster or member. */
export async function lookAtKept(cluster: string, node: string, view: View): Promise<z.input<typeof KeptFacts>> {
  const [kept, snapshot] = await Promise.all([view.kept(cluster, node), view.snapshot(cluster)]);
  return { snapshot, kept };
}

/** @throws Refusal when it can't be read or is not there, with what is. */
export function keptFolder({ kept }: KeptFacts, node: string, folder: string): KeptFolder {
  if (!kept.ok) throw refusal(`what is kept on ${node} can not be read: ${kept.why}`, 'See to ssh on that host.');
  const found = kept.value.find(({ suffix }) => suffix === folder);
  if (found) return found;
  const there = kept.value.map(({ suffix }) => suffix).join(', ');
  throw refusal(`nothing is kept on ${node} as ${folder}`, there === '' ? 'Nothing is kept there.' : `There is: ${there}.`);
}

/** Whether the node may need it still. */
export function keptChecks({ snapshot }: KeptFacts, node: string, { path, bytes, suffix }: KeptFolder): readonly Check[] {
  const id = 'node-streams';
  const primary = onlyPrimary(snapshot);
  const host = snapshot.cluster.members.find(({ name }) => name === node)?.host;
  const leads = primary?.name === node;
  const streams = leads || (primary && standbyRow(primary.sql, { name: node, host })?.state === 'streaming');
  const what = `${path} on ${node} is ${suffix.startsWith('wal') ? 'WAL of a lost branch' : 'an old data directory'} of ${formatBytes(bytes)}, put aside by a run`;
  return [
    passed('put-aside', what),
    streams
      ? passed(id, `${node} ${leads ? 'leads' : 'streams'}, so it does not need it`)
      : blocked(id, `${node} does not stream, so the old copy may be the only one there`, 'Bring it back first: `/pg rebuild`.', {
          hard: false,
        }),
  ];
}

/** By SQL, and under Patroni by the leader key too: it may be held by a member that is no primary. */
function onlyPrimary({ cluster, dcs, members }: Snapshot) {
  const [first, ...more] = members.flatMap(({ name, sql }) =>
    sql.ok && !sql.value.inRecovery ? [{ name, sql: sql.value }] : [],
  );
  const isIt = more.length === 0 && (cluster.mode === 'streaming' || known(dcs)?.leader === first?.name);
  return isIt ? first : undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
