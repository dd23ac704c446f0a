import type { Chat } from '../chat/chat.ts';
import type { Part } from '../observe/http-server.ts';
import type { WatchingAlerts } from './build-alerts.ts';
import type { ClusterSources } from './cluster-sources.ts';
import type { RedisGuard } from './redis-guard.ts';

interface Needs {
  /** Absent in a worker, which only posts. */
  readonly chat: Pick<Chat, 'health'> | undefined;
  readonly guard: RedisGuard;
  readonly alerts: Pick<WatchingAlerts, 'state' | 'cut'> | undefined;
  readonly clusters: readonly ClusterSources[];
}

/** How the parts are that Trunkline can't be useful without; nothing is asked here, so that it answers at once. */
export function healthParts({ chat, guard, alerts, clusters }: Needs): readonly Part[] {
  const watched = clusters.filter(({ config }) => config.mode === 'patroni').map(({ config }) => config.name);
  const unseen = watched.filter((name) => alerts?.state(name) === undefined);
  return [
    { name: 'redis', ...guard.says() },
    ...(chat ? [slackPart(chat)] : []),
    ...(alerts ? [etcdPart(watched, unseen, alerts.cut())] : []),
  ];
}

function etcdPart(watched: readonly string[], unseen: readonly string[], cut: readonly string[]): Part {
  const troubles = [
    ...(cut.length > 0 ? [`no watch stands on ${cut.join('; ')}`] : []),
    ...(unseen.length > 0 ? [`not seen yet: ${unseen.join(', ')}`] : []),
  ];
  const all = watched.length === 1 ? '1 cluster is watched' : `${watched.length} clusters are watched`;
  return { name: 'etcd', ok: troubles.length === 0, says: troubles.length === 0 ? all : troubles.join('; ') };
}

function slackPart(chat: Pick<Chat, 'health'>): Part {
  const { open, wanted } = chat.health();
  return { name: 'slack', ok: open > 0, says: `${open} of ${wanted} connections are open` };
}
