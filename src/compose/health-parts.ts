import type { Alerts } from '../alerts/alerts.ts';
import type { Chat } from '../chat/chat.ts';
import type { Part } from '../observe/http-server.ts';
import type { ClusterSources } from './cluster-sources.ts';
import type { RedisGuard } from './redis-guard.ts';

interface Needs {
  /** Absent in a worker, which only posts. */
  readonly chat: Pick<Chat, 'health'> | undefined;
  readonly guard: RedisGuard;
  readonly alerts: Pick<Alerts, 'state'> | undefined;
  readonly clusters: readonly ClusterSources[];
}

/** How the parts are that Trunkline can't be useful without; nothing is asked here, so that it answers at once. */
export function healthParts({ chat, guard, alerts, clusters }: Needs): readonly Part[] {
  const watched = clusters.filter(({ config }) => config.mode === 'patroni').map(({ config }) => config.name);
  const unseen = watched.filter((name) => alerts?.state(name) === undefined);
  return [
    { name: 'redis', ...guard.says() },
    ...(chat ? [slackPart(chat)] : []),
    ...(alerts
      ? [
          {
            name: 'etcd',
            ok: unseen.length === 0,
            says: unseen.length === 0 ? `${watched.length} clusters are watched` : `not seen yet: ${unseen.join(', ')}`,
          },
        ]
      : []),
  ];
}

function slackPart(chat: Pick<Chat, 'health'>): Part {
  const { open, wanted } = chat.health();
  return { name: 'slack', ok: open > 0, says: `${open} of ${wanted} connections are open` };
}
