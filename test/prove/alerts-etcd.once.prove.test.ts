import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAlerts } from '../../src/alerts/alerts.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createEtcd } from '../../src/etcd/client.ts';
import { createScopeSource } from '../../src/etcd/dcs-source.ts';
import { createIncidents } from '../../src/store/incidents.ts';
import { createPeers } from '../../src/store/peers.ts';
import { createSignals } from '../../src/store/signals.ts';
import { startAlertWorlds } from '../support/alert-worlds.ts';
import { replaceMember, takeSnapshot } from '../support/etcd-repairs.ts';
import { fakeAlertChat, linesOf } from '../support/fake-alert-chat.ts';
import { notedLog } from '../support/noted-log.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';

type Worlds = Awaited<ReturnType<typeof startAlertWorlds>>;
type World = Awaited<ReturnType<Worlds['world']>>;
type Slack = ReturnType<typeof fakeAlertChat>;

const BACK_MS = 30_000;
const RING = ['pg1', 'pg2', 'pg3'] as const;

/** Crash after crash, the leader going round. */
async function crashes(of: World, count: number, first = 0): Promise<void> {
  for (let i = first; i < first + count; i += 1) await of.crash(RING[i % 3] ?? 'pg1', RING[(i + 1) % 3] ?? 'pg1');
}

/** Each crash is two changes, the loss and the new leader. */
const toldAll = (slack: Slack, changes: number, withinMs = BACK_MS) =>
  until(() => slack.posts.filter(({ signalId }) => signalId).length >= 2 * changes, withinMs);

function expectOnce(slack: Slack, changes: number): void {
  expect(slack.twice()).toEqual([]);
  expect(slack.posts.flatMap(({ signalId }) => signalId ?? [])).toHaveLength(2 * changes);
}

const plainText = (posts: Slack['posts']) => posts.flatMap(({ message }) => linesOf(message)).join('\n');

describe('an etcd of three members', () => {
  let worlds: Worlds;
  beforeAll(async () => {
    worlds = await startAlertWorlds(3);
  });
  afterEach(() => worlds.close());
  afterAll(() => worlds.stop());

  it('is watched on while the member that is asked first stands still', async () => {
    const [of, slack, [first]] = [await worlds.world(), fakeAlertChat(), worlds.servers.members];
    await worlds.bot('a', of, slack);
    first?.kill('SIGSTOP');
    try {
      await crashes(of, 3);
      await toldAll(slack, 3);
    } finally {
      first?.kill('SIGCONT');
    }
    await crashes(of, 1, 3);
    await toldAll(slack, 4);
    expectOnce(slack, 4);
  }, 90_000);

  it('is watched on while each member is replaced by a new one, one after the other', async () => {
    const [of, slack] = [await worlds.world(), fakeAlertChat()];
    await worlds.bot('a', of, slack);
    let done = 0;
    for (const member of worlds.servers.members) {
      await Promise.all([replaceMember(worlds.servers, member), crashes(of, 1, done)]);
      await crashes(of, 1, done + 1);
      done += 2;
    }
    await toldAll(slack, done);
    expectOnce(slack, done);
  }, 120_000);

  it('tells what happened before and after the loss of its quorum, and nothing of the loss itself as a change', async () => {
    const [of, slack] = [await worlds.world(), fakeAlertChat()];
    const { log, lines } = notedLog();
    await worlds.bot('a', of, slack, { log });
    const lost = worlds.servers.members.slice(1);
    await crashes(of, 1);
    for (const member of lost) member.kill('SIGSTOP');
    await until(() => lines.some(({ text }) => text === 'etcd watch ended'), BACK_MS);
    for (const member of lost) member.kill('SIGCONT');
    await until(
      () =>
        of.crash('pg2', 'pg3').then(
          () => true,
          () => false,
        ),
      BACK_MS,
    );
    await toldAll(slack, 2);
    expectOnce(slack, 2);
  }, 90_000);
});

describe('an etcd of one member', () => {
  let worlds: Worlds;
  beforeAll(async () => {
    worlds = await startAlertWorlds();
  });
  afterEach(() => worlds.close());
  afterAll(() => worlds.stop());

  it('that was restored from a snapshot is compared with what was known, and what follows is told', async () => {
    const [of, slack] = [await worlds.world(), fakeAlertChat()];
    await worlds.bot('a', of, slack);
    await crashes(of, 1);
    await toldAll(slack, 1);
    const snapshot = takeSnapshot(worlds.servers);
    await crashes(of, 2, 1);
    await toldAll(slack, 3);
    await snapshot.restore();
    const since = slack.posts.length;
    const later = () => slack.posts.slice(since).filter(({ signalId }) => signalId);
    // The snapshot's leader is pg2 again.
    await until(() => later().length === 1, BACK_MS);
    expect(plainText(later())).toMatch(/pg2 has the leader key that pg1 had/);
    await of.lose('pg2');
    await of.promote('pg2', 'pg3');
    await until(() => later().length >= 3, BACK_MS);
    expect(plainText(later())).toMatch(/pg3 took the leader key from pg2/);
    expect(slack.twice()).toEqual([]);
  }, 150_000);

  it('tells each of sixty changes of four clusters that happened while no bot ran for an hour', async () => {
    const slack = fakeAlertChat();
    const all = await Promise.all(Array.from({ length: 4 }, () => worlds.world()));
    const bots = await Promise.all(all.map((of) => worlds.bot('a', of, slack)));
    await Promise.all(
      bots.map((bot, i) => until(async () => (await bot.store.position(`etcd1${all[i]?.prefix}`)) !== undefined)),
    );
    for (const bot of bots) await bot.stop();
    await Promise.all(all.map((of) => crashes(of, 15)));
    await Promise.all(all.map((of) => worlds.bot('b', of, slack)));
    await toldAll(slack, 60);
    expectOnce(slack, 60);
  }, 90_000);

  it('that stands still holds nothing up of another etcd that the same bot watches', async () => {
    const other = await startAlertWorlds();
    const slack = fakeAlertChat();
    const [here, there] = [await worlds.world(), await other.world()];
    const alerts = watching(slack, worlds.redis.client(), [
      { endpoints: worlds.servers.endpoints, prefix: here.prefix, cluster: 'here' },
      { endpoints: other.servers.endpoints, prefix: there.prefix, cluster: 'there' },
    ]);
    const [still] = worlds.servers.members;
    try {
      await alerts.start();
      still?.kill('SIGSTOP');
      await crashes(there, 2);
      await toldAll(slack, 2, 5000);
      still?.kill('SIGCONT');
      await crashes(here, 2);
      await toldAll(slack, 4);
      expectOnce(slack, 4);
    } finally {
      still?.kill('SIGCONT');
      await alerts.stop();
      await other.stop();
    }
  }, 90_000);
});

interface Watched {
  readonly endpoints: readonly string[];
  readonly prefix: string;
  readonly cluster: string;
}

/** The alerts of one bot over several etcds. */
function watching({ chat }: Slack, redis: ReturnType<Worlds['redis']['client']>, etcds: readonly Watched[]) {
  const opened = etcds.map(({ endpoints }) => createEtcd({ endpoints, clock: systemClock }));
  const alerts = createAlerts({
    ...{ chat, channel: 'alerts', clock: systemClock, log: quietLog },
    signals: createSignals(redis, { prefix: 'two', bot: 'a' }),
    incidents: createIncidents(redis, 'two'),
    peers: createPeers(redis, { prefix: 'two', bot: 'a' }),
    sources: etcds.flatMap(({ prefix, cluster }, i) => {
      const etcd = opened[i];
      if (!etcd) return [];
      const source = createScopeSource(etcd, { name: `etcd${i}`, prefix, log: quietLog });
      return [{ source, clusters: new Map([[`${prefix}billing/`, cluster]]) }];
    }),
    facts: {
      prove: async () => ({ primary: false, why: 'there is no database here' }),
      streaming: async () => ({ all: false, waitsFor: 'there is no database here' }),
      ourRun: async () => undefined,
      tellRun: async () => ({ channel: 'ops', ts: '0' }),
    },
  });
  return {
    start: () => alerts.start(),
    async stop() {
      await alerts.stop();
      for (const etcd of opened) etcd.close();
    },
  };
}
