import type { Etcd3 } from 'etcd3';

/** One change of a leader key as etcd's own history shows it. */
export interface LeaderEvent {
  readonly revision: number;
  readonly cluster: string;
  /** Absent: the key went. */
  readonly leader?: string;
}

const QUIET_WITHIN_MS = 20_000;

/** Everything that ever happened to leader keys, from etcd's history since its first revision; a key's first value is no change. */
export async function leaderEvents(
  client: Etcd3,
): Promise<{ readonly clusterId: string; readonly events: readonly LeaderEvent[] }> {
  const { header } = await client.put('/turns/end').value('end');
  const end = Number(header.revision);
  const events: LeaderEvent[] = [];
  const known = new Set<string>();
  const note = (key: string, revision: number, leader?: string) => {
    const [, kind, cluster, what] = key.split('/');
    if (kind !== 'service' || what !== 'leader' || cluster === undefined) return;
    if (known.has(cluster)) events.push({ revision, cluster, ...(leader === undefined ? {} : { leader }) });
    known.add(cluster);
  };
  const watcher = await client.watch().prefix('/').startRevision('1').create();
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("etcd's history did not arrive")), QUIET_WITHIN_MS);
      watcher.on('error', reject);
      watcher.on('delete', ({ key, mod_revision: revision }) => note(key.toString(), Number(revision)));
      watcher.on('put', ({ key, value, mod_revision: revision }) => {
        note(key.toString(), Number(revision), value.toString());
        if (Number(revision) < end) return;
        clearTimeout(timer);
        resolve();
      });
    });
  } finally {
    await watcher.cancel();
  }
  return { clusterId: header.cluster_id, events };
}
