import type { Etcd3 } from 'etcd3';

/** One change of a leader key as etcd's own history shows it. */
export interface LeaderEvent {
  readonly revision: number;
  readonly cluster: string;
  /** Absent: the key went. */
  readonly leader?: string;
  /** The timeline that is left: the first leader's is 1, and each that takes over begins the next. Absent when the key went. */
  readonly timeline?: number;
}

export interface LeaderRecord {
  readonly clusterId: string;
  readonly events: readonly LeaderEvent[];
  /** Everything up to this revision is in it. */
  readonly revision: number;
}

type Insist = <T>(task: (client: Etcd3) => Promise<T>) => Promise<T>;

const QUIET_WITHIN_MS = 20_000;

/** Everything that ever happened to leader keys; `collect` reads on in etcd's history from where it was. A key's first value is no change. */
export function openRecord({ insist }: { readonly insist: Insist }) {
  const events: LeaderEvent[] = [];
  const timelines = new Map<string, number>();
  let next = 1;
  const note = ({ key, revision, leader }: { key: string; revision: number; leader?: string }) => {
    const [, kind, cluster, what] = key.split('/');
    if (kind !== 'service' || what !== 'leader' || cluster === undefined || revision < next) return;
    const timeline = timelines.get(cluster);
    if (leader !== undefined) timelines.set(cluster, (timeline ?? 0) + 1);
    if (timeline === undefined) return;
    events.push({ revision, cluster, ...(leader === undefined ? {} : { leader, timeline }) });
  };
  return {
    async collect(): Promise<LeaderRecord> {
      const { clusterId, revision, seen } = await insist((client) => readOn(client, next));
      for (const each of seen) note(each);
      next = revision + 1;
      return { clusterId, events: [...events], revision };
    },
  };
}

interface Seen {
  readonly key: string;
  readonly revision: number;
  readonly leader?: string;
}

async function readOn(client: Etcd3, from: number) {
  const { header } = await client.put('/turns/end').value('end');
  const end = Number(header.revision);
  const seen: Seen[] = [];
  const watcher = await client.watch().prefix('/').startRevision(String(from)).create();
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("etcd's history did not arrive")), QUIET_WITHIN_MS);
      watcher.on('error', reject);
      watcher.on('delete', ({ key, mod_revision: revision }) => seen.push({ key: key.toString(), revision: Number(revision) }));
      watcher.on('put', ({ key, value, mod_revision: revision }) => {
        seen.push({ key: key.toString(), revision: Number(revision), leader: value.toString() });
        if (Number(revision) < end) return;
        clearTimeout(timer);
        resolve();
      });
    });
  } finally {
    await watcher.cancel();
  }
  return { clusterId: header.cluster_id, revision: end, seen: seen.filter(({ revision }) => revision <= end) };
}
