import { Etcd3 } from 'etcd3';
import { createDesk } from '../../src/alerts/desk.ts';
import { createLeaderWatch } from '../../src/alerts/leader-watch.ts';
import type { AlertFacts } from '../../src/alerts/ports.ts';
import { startSweep } from '../../src/alerts/sweep.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Log } from '../../src/core/log.ts';
import { createEtcd } from '../../src/etcd/client.ts';
import { createScopeSource } from '../../src/etcd/dcs-source.ts';
import { createIncidents } from '../../src/store/incidents.ts';
import { createSignals } from '../../src/store/signals.ts';
import { openEtcdHands } from './chaos/fenced-writer.ts';
import { type EtcdServers, startEtcd } from './etcd-server.ts';
import type { fakeAlertChat } from './fake-alert-chat.ts';
import { quietLog } from './quiet-log.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';

/** A real etcd and a real redis, clusters written into the one, bots of the alerts on both. */
export async function startAlertWorlds(members: 1 | 3 = 1) {
  const [servers, redis] = await Promise.all([startEtcd(members), startRedisServer()]);
  const writer = new Etcd3({ hosts: [...servers.endpoints] });
  const hands = openEtcdHands(servers.endpoints);
  const closers: (() => unknown)[] = [];
  return {
    servers,
    writer,
    redis,
    closers,
    world: () => world(hands),
    bot: (name: string, of: World, slack: Slack, options: BotOptions = {}) =>
      bot({ servers, redis, closers }, name, of, slack, options),
    async close() {
      for (const close of closers.splice(0).reverse()) await close();
    },
    async stop() {
      writer.close();
      hands.close();
      await Promise.all([servers.stop(), redis.stop()]);
    },
  };
}

/** Longer than a loaded machine holds a process up, or a bot that lives would lose what it tells to another one, which tells it again. */
const OWNER_MS = 3000;

type Slack = ReturnType<typeof fakeAlertChat>;
let count = 0;

/** A namespace of its own with a cluster `billing` on three members, pg1 leading on timeline 4; written past members that are away. */
async function world({ insist }: Pick<ReturnType<typeof openEtcdHands>, 'insist'>) {
  count += 1;
  const prefix = `/w${count}/`;
  const scope = `${prefix}billing/`;
  const put = (key: string, value: unknown) =>
    insist(async (client) => {
      await client.put(scope + key).value(typeof value === 'string' ? value : JSON.stringify(value));
    });
  const history: unknown[][] = [[3, 1, 'no recovery target specified', '2026-11-22T10:00:00+00:00', 'pg1']];
  let timeline = 4;
  for (const name of ['pg1', 'pg2', 'pg3']) await put(`members/${name}`, { state: 'running', role: 'replica', timeline });
  await put('members/pg1', { state: 'running', role: 'master', timeline });
  await put('history', history);
  await put('config', { ttl: 30 });
  await put('leader', 'pg1');
  const promote = async (from: string, to: string) => {
    await put('leader', to);
    history.push([timeline, 1, 'no recovery target specified', '2026-11-22T11:00:00+00:00', to]);
    timeline += 1;
    await put('history', history);
    await put(`members/${to}`, { state: 'running', role: 'master', timeline });
    await put(`members/${from}`, { state: 'running', role: 'replica', timeline });
  };
  return {
    prefix,
    redisPrefix: `watch-${count}`,
    promote,
    async lose(name: string) {
      const keys = ['leader', `members/${name}`].map((key) => ({ request_delete_range: { key: Buffer.from(scope + key) } }));
      await insist((client) => client.kv.txn({ success: keys }));
    },
    async crash(from: string, to: string) {
      await this.lose(from);
      await promote(from, to);
    },
    async switchover(from: string, to: string) {
      await put('failover', { leader: from, member: to });
      await insist(async (client) => {
        await client.delete().key(`${scope}leader`);
      });
      await promote(from, to);
      await put('failover', '{}');
    },
    timeline: () => timeline,
  };
}
type World = Awaited<ReturnType<typeof world>>;

interface BotOptions {
  readonly facts?: Partial<AlertFacts>;
  readonly redis?: ReturnType<RedisServer['client']>;
  readonly log?: Log;
  readonly overdueMs?: number;
}

interface Around {
  readonly servers: EtcdServers;
  readonly redis: RedisServer;
  readonly closers: (() => unknown)[];
}

async function bot(around: Around, name: string, of: World, slack: Slack, options: BotOptions) {
  const client = options.redis ?? around.redis.client();
  const log = options.log ?? quietLog;
  const store = createSignals(client, { prefix: of.redisPrefix, bot: name, ownerMs: OWNER_MS });
  const incidents = createIncidents(client, of.redisPrefix);
  const facts: AlertFacts = {
    prove: async () => ({ primary: true, timeline: of.timeline() }),
    streaming: async () => ({ all: true, says: 'all 3 members stream' }),
    ourRun: async () => undefined,
    tellRun: async () => ({ channel: 'ops', ts: '0' }),
    ...options.facts,
  };
  const common = { clock: systemClock, log };
  const desk = createDesk({
    chat: slack.chat,
    facts,
    signals: store,
    incidents,
    channel: 'alerts',
    ownerMs: OWNER_MS,
    lookEveryMs: 20,
    ...common,
  });
  const etcd = createEtcd({ endpoints: around.servers.endpoints, clock: systemClock });
  const source = createScopeSource(etcd, { name: 'etcd1', prefix: of.prefix, log });
  const watch = createLeaderWatch({
    ...{ source, store, desk, facts, ...common },
    clusterOf: (scope) => scope.slice(of.prefix.length, -1),
    ...(options.overdueMs === undefined ? {} : { overdueMs: options.overdueMs }),
  });
  await watch.start();
  const stopSweep = startSweep({ store, incidents, desk, everyMs: 100, ...common });
  let running = true;
  const stop = async () => {
    if (!running) return;
    running = false;
    stopSweep();
    await watch.stop();
    await desk.stop();
    etcd.close();
  };
  around.closers.push(stop);
  return { stop, incidents, store };
}
