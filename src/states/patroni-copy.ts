import type { Activity } from '../core/cluster.ts';
import { copyWords } from '../core/copy-words.ts';
import { known } from '../core/reading.ts';
import type { View } from '../core/view.ts';

type Copy = Activity['baseBackups'][number] & { readonly from: string };

/**
 * A clause of how far the copy is that Patroni makes of another member for this one (pg_stat_progress_basebackup of the member that sends
 * it); `undefined` when none is seen. `elapsedMs` stands for its age where PostgreSQL does not tell that.
 */
export async function patroniCopy(
  view: View,
  { cluster, member }: { readonly cluster: string; readonly member: string },
  elapsedMs: number,
): Promise<string | undefined> {
  const { members } = view.cluster(cluster);
  const address = members.find(({ name }) => name === member)?.host;
  const copies = await Promise.all(
    members.filter(({ name }) => name !== member).map(({ name }) => copiesOf(view, cluster, name)),
  );
  const all = copies.flat();
  // A member may be configured by a host name, which is no address: a single copy is then taken to be its own.
  const own = all.filter((copy) => copy.address === address);
  const copy = own[0] ?? (all.length === 1 ? all[0] : undefined);
  return copy && `Patroni copies the data of ${copy.from} to ${member}: ${copyWords(copy, elapsedMs)}`;
}

async function copiesOf(view: View, cluster: string, from: string): Promise<readonly Copy[]> {
  const backups = known(await view.activity(cluster, from))?.baseBackups ?? [];
  return backups.map((backup) => ({ ...backup, from }));
}
