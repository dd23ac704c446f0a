import { randomUUID } from 'node:crypto';
import { WebClient } from '@slack/web-api';
import { Etcd3 } from 'etcd3';
import { monotonicMs } from '../lab/slack/monotonic.ts';
import type { Workspace } from '../lab/slack/workspace.ts';
import { createAlerts } from '../src/alerts/alerts.ts';
import { createOutbound } from '../src/chat/outbound.ts';
import { createWebApi } from '../src/chat/web-api.ts';
import { systemClock } from '../src/core/clock.ts';
import { redactor } from '../src/core/redact.ts';
import { createEtcd } from '../src/etcd/client.ts';
import { createScopeSource } from '../src/etcd/dcs-source.ts';
import { createIncidents } from '../src/store/incidents.ts';
import { createPeers } from '../src/store/peers.ts';
import { createSignals } from '../src/store/signals.ts';
import { startEtcd } from '../test/support/etcd-server.ts';
import { quietLog } from '../test/support/quiet-log.ts';
import { startRedisServer } from '../test/support/redis-server.ts';
import { workspaceApart } from './alert-apart.ts';
import { prometheus } from './alert-prometheus.ts';
import { scale } from './alert-scale.ts';
import { type BenchResult, compare, median, round } from './stats.ts';

const CLUSTERS = 200;
const SIZES = [10, 100, 1000] as const;

/**
 * Our whole path against a bare watch and a bare post; beside it what Prometheus with Alertmanager need; and the shipped program with
 * more and more clusters.
 */
export default async function run(): Promise<BenchResult> {
  const path = await wholePath();
  console.log(`path: ours ${path.ours} ms, bare ${path.peer} ms at the median of ${path.n}`);
  const peer = await prometheus();
  console.log(`Prometheus and Alertmanager: ${JSON.stringify(peer)}`);
  const rows = [];
  for (const size of SIZES) {
    rows.push(await scale(size));
    console.log(`scale: ${JSON.stringify(rows.at(-1))}`);
  }
  return { ...path, prometheus: peer, scale: rows };
}

/**
 * From the transaction that ends a leader's lease, as it leaves for etcd, to the message accepted by the workspace: our whole path
 * (watch, diagnosis, record in Redis with fsync, outbound queue) against a bare watch and a bare post. 200 clusters, one change
 * each, the two sides in turn; the workspace, etcd and Redis are processes of their own.
 */
async function wholePath(): Promise<BenchResult> {
  const [etcd, redis, slack] = await Promise.all([startEtcd(1), startRedisServer(), workspaceApart()]);
  const writer = new Etcd3({ hosts: [...etcd.endpoints] });
  const names = Array.from({ length: CLUSTERS }, (_, i) => `c${String(i).padStart(3, '0')}`);
  for (const prefix of ['/service/', '/floor/']) {
    await Promise.all(names.map((name) => healthy(writer, `${prefix}${name}/`)));
  }
  const channel = 'C0DBALERTS';
  const stopFloor = await floor(etcd.endpoints, slack.workspace, channel);
  const stopOurs = await trunkline(etcd.endpoints, redis.client(), slack.workspace, { channel, names });
  const ours: number[] = [];
  const peer: number[] = [];
  try {
    for (const name of names) {
      ours.push(await change(writer, slack.workspace, '/service/', name));
      peer.push(await change(writer, slack.workspace, '/floor/', name));
    }
    return {
      ...compare('alert', { ours, peer, unit: 'ms' }),
      addedAtMedianMs: round(median(ours) - median(peer)),
    };
  } finally {
    await stopOurs();
    await stopFloor();
    writer.close();
    await Promise.all([etcd.stop(), redis.stop(), slack.stop()]);
  }
}

async function healthy(writer: Etcd3, scope: string): Promise<void> {
  await writer.put(`${scope}config`).value('{"ttl":30}');
  await writer.put(`${scope}members/pg1`).value('{"state":"running","role":"primary","timeline":4}');
  await writer.put(`${scope}leader`).value('pg1');
}

/** One lost leader: both keys in one revision, as when the lease ends. Milliseconds until its message is accepted. */
async function change(writer: Etcd3, workspace: Workspace, prefix: string, name: string): Promise<number> {
  const scope = `${prefix}${name}/`;
  const after = (await workspace.journal()).at(-1)?.seq ?? 0;
  const startedAt = monotonicMs();
  await writer.kv.txn({
    success: [`${scope}leader`, `${scope}members/pg1`].map((key) => ({ request_delete_range: { key: Buffer.from(key) } })),
  });
  const fits = (data: unknown) => JSON.stringify(data).includes(name);
  const accepted = await workspace.waitForEntry(({ kind, data }) => kind === 'message' && fits(data), {
    after,
    withinMs: 10_000,
  });
  return accepted.at - startedAt;
}

async function floor(endpoints: readonly string[], workspace: Workspace, channel: string): Promise<() => Promise<void>> {
  const client = new Etcd3({ hosts: [...endpoints] });
  const slack = new WebClient(workspace.env.SLACK_BOT_TOKEN, { slackApiUrl: workspace.env.SLACK_API_URL });
  const watcher = await client.watch().prefix('/floor/').create();
  watcher.on('delete', ({ key }) => {
    const [, , name, what] = key.toString().split('/');
    if (what === 'leader') void slack.chat.postMessage({ channel, text: `${name}: pg1 lost the leader key` });
  });
  return async () => {
    await watcher.cancel();
    client.close();
  };
}

async function trunkline(
  endpoints: readonly string[],
  redis: Parameters<typeof createSignals>[0],
  workspace: Workspace,
  { channel, names }: { readonly channel: string; readonly names: readonly string[] },
): Promise<() => Promise<void>> {
  const common = { clock: systemClock, log: quietLog };
  const etcd = createEtcd({ endpoints, clock: systemClock });
  const source = createScopeSource(etcd, { name: 'etcd1', prefix: '/service/', log: quietLog });
  const api = () => createWebApi({ token: workspace.env.SLACK_BOT_TOKEN, apiUrl: workspace.env.SLACK_API_URL, log: quietLog });
  const outbound = createOutbound({
    ...common,
    apis: { alerts: api(), interaction: api() },
    redact: redactor([workspace.env.SLACK_BOT_TOKEN]),
    newId: randomUUID,
  });
  const alerts = createAlerts({
    ...common,
    channel,
    sources: [{ source, clusters: new Map(names.map((name) => [`/service/${name}/`, name])) }],
    signals: createSignals(redis, { prefix: 'bench', bot: 'a' }),
    incidents: createIncidents(redis, 'bench'),
    peers: createPeers(redis, { prefix: 'bench', bot: 'a' }),
    chat: {
      post: ({ metadata, ...message }) =>
        outbound.post({
          ...message,
          lane: 'alerts',
          ...(metadata ? { kind: 'signal', metadata: metadata.event_payload } : {}),
        }),
      update: async (update) => outbound.update(update),
      findPosted: (where, { id, cluster }, threads) => outbound.findPosted(where, id, { threads, about: cluster }),
    },
    facts: {
      prove: async () => ({ primary: false, why: 'no database here' }),
      streaming: async () => ({ all: false, waitsFor: 'no database here' }),
      ourRun: async () => undefined,
      tellRun: async () => ({ channel, ts: '0' }),
    },
  });
  await alerts.start();
  return async () => {
    await alerts.stop();
    etcd.close();
  };
}
