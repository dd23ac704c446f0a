import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../src/core/log.ts';
import { createSignals } from '../../src/store/signals.ts';
import { startAlertWorlds } from '../support/alert-worlds.ts';
import { fakeAlertChat } from '../support/fake-alert-chat.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

let worlds: Awaited<ReturnType<typeof startAlertWorlds>>;
beforeAll(async () => {
  worlds = await startAlertWorlds();
});
afterEach(() => worlds.close());
afterAll(() => worlds.stop());

describe('a leader change', () => {
  it('is one message that lives: the loss, the new leader, the proof, the end', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    const { incidents } = await worlds.bot('a', of, slack);
    await of.lose('pg1');
    await until(() => slack.posts.length === 1);
    expect(slack.parentLines()).toEqual(
      expect.arrayContaining(['billing: failover, no leader now', 'Leader was pg1, timeline 4']),
    );
    await of.promote('pg1', 'pg2');
    await until(() => slack.parents()[0]?.message.summary.includes('leads on timeline 5') ?? false);
    expect(slack.parents()).toHaveLength(1);
    expect(slack.thread(slack.posts[0]?.ts ?? '').slice(0, 3)).toEqual([
      'billing: pg2 took the leader key from pg1',
      'billing: pg2 is the primary by SQL, timeline 5',
      'billing: all 3 members stream',
    ]);
    expect(slack.parentLines()).toContain('Leader pg1 -> pg2, timeline 4 -> 5');
    expect(await incidents.lastChange('billing')).toMatchObject({ from: 'pg1', to: 'pg2', kind: 'crash', timeline: 4 });
    await until(async () => (await incidents.open()).length === 0);
  });

  it('says that it is confirming until SQL proves the new leader, and what it waits for', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    await worlds.bot('a', of, slack, { facts: { prove: async () => ({ primary: false, why: 'pg2 is still in recovery' }) } });
    await of.crash('pg1', 'pg2');
    await until(() => slack.parentLines().includes('Waiting: pg2 is still in recovery'));
    expect(slack.parentLines()).toContain('The DCS says so; confirming by SQL');
  });

  it('is told once by two bots on one store', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    const a = await worlds.bot('a', of, slack);
    await worlds.bot('b', of, slack);
    for (const [from, to] of [
      ['pg1', 'pg2'],
      ['pg2', 'pg3'],
      ['pg3', 'pg1'],
    ] as const)
      await of.crash(from, to);
    await until(() => slack.posts.filter(({ signalId }) => signalId).length === 6);
    await until(async () => (await a.incidents.open()).length === 0);
    expect(slack.parents()).toHaveLength(3);
    expect(slack.twice()).toEqual([]);
  });

  it('is told by the other bot when the one that claimed it dies before it posts', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    const a = createSignals(worlds.redis.client(), { prefix: of.redisPrefix, bot: 'a', ownerMs: 400 });
    await worlds.bot('b', of, slack);
    const signal = {
      ...{ id: 'x-1-billing', cluster: 'billing', revision: 1, atMs: 1, kind: 'lost' as const },
      ...{ cause: 'crash' as const, from: 'pg1', says: 'pg1 lost the leader key: crash or partition' },
    };
    const claims = await a.commit({ watch: 'other', clusterId: 'x', revision: 1, atMs: 1, states: {}, signals: [signal] });
    expect(claims.map(({ verdict }) => verdict)).toEqual(['ours']);
    await until(() => slack.posts.length > 0);
    expect(slack.posts[0]?.signalId).toBe('x-1-billing');
  });

  it('is looked up and not posted again when the response was lost, and posted again when it was refused', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    slack.faults.push('lose-response');
    await worlds.bot('a', of, slack);
    await of.lose('pg1');
    await until(() => slack.posts.length > 0);
    slack.faults.push('refuse');
    await of.promote('pg1', 'pg2');
    await until(() => slack.parents()[0]?.message.summary.includes('leads on timeline 5') ?? false);
    expect(slack.parents()).toHaveLength(1);
    expect(slack.twice()).toEqual([]);
  });

  it('of a run of ours is told in its thread alone; one that differs from the plan alarms', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    const told: string[] = [];
    const plan = { from: 'pg1', to: 'pg2', timeline: 4 };
    await worlds.bot('a', of, slack, {
      facts: {
        ourRun: async ({ from, to, timeline }) =>
          from === plan.from && (to ?? plan.to) === plan.to && timeline === plan.timeline ? 'r4k2m9xq' : undefined,
        tellRun: async (run, signal) => {
          told.push(`${run}: ${signal.says}`);
          return { channel: 'ops', ts: '1' };
        },
      },
    });
    await of.switchover('pg1', 'pg2');
    await until(() => told.length === 2);
    expect(told).toEqual([
      'r4k2m9xq: pg1 released the leader key for a switchover',
      'r4k2m9xq: pg2 took the leader key from pg1',
    ]);
    expect(slack.posts).toEqual([]);
    Object.assign(plan, { from: 'pg2', to: 'pg1', timeline: 5 });
    await of.switchover('pg2', 'pg3');
    await until(() => slack.posts.length > 0);
    expect(slack.posts[0]?.message.parts).toContainEqual({
      line: 'pg3 took the leader key from pg2; run r4k2m9xq had planned otherwise.',
    });
  });

  it('of a run of ours alarms when no leader follows', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    const facts = { ourRun: async () => 'r4k2m9xq' };
    await worlds.bot('a', of, slack, { facts, overdueMs: 100 });
    await worlds.writer.put(`${of.prefix}billing/failover`).value('{"leader":"pg1"}');
    await worlds.writer.delete().key(`${of.prefix}billing/leader`);
    await until(() => slack.posts.length > 0);
    expect(slack.posts[0]?.message.summary).toMatch(/no leader 0.1 s after pg1 released the key for run r4k2m9xq/);
  });
});

describe('after an absence', () => {
  it('tells all three failovers that happened, from the events that etcd still has', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    const first = await worlds.bot('a', of, slack);
    await until(async () => (await first.store.position(`etcd1${of.prefix}`)) !== undefined);
    await first.stop();
    for (const [from, to] of [
      ['pg1', 'pg2'],
      ['pg2', 'pg3'],
      ['pg3', 'pg1'],
    ] as const)
      await of.crash(from, to);
    await worlds.bot('b', of, slack);
    await until(() => slack.parents().length === 3);
    expect(slack.parents()[0]?.message.parts).toContainEqual({
      note: 'It happened while Trunkline was not watching and is told late.',
    });
    expect(slack.twice()).toEqual([]);
  });

  it("tells all three from Patroni's history when etcd has compacted its own away", async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    const first = await worlds.bot('a', of, slack);
    await until(async () => (await first.store.position(`etcd1${of.prefix}`)) !== undefined);
    await first.stop();
    for (const [from, to] of [
      ['pg1', 'pg2'],
      ['pg2', 'pg3'],
      ['pg3', 'pg1'],
    ] as const)
      await of.crash(from, to);
    const { header } = await worlds.writer.put(`${of.prefix}other`).value('x');
    await worlds.servers.compact(header.revision);
    const second = await worlds.bot('b', of, slack);
    await until(() => slack.parents().length === 3);
    expect(slack.posts.flatMap(({ signalId }) => signalId ?? [])).toHaveLength(3);
    await until(async () => (await second.incidents.open()).length === 0);
  });

  it('posts nothing when nothing happened, and says in the log that no failover was missed', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    const first = await worlds.bot('a', of, slack);
    await until(async () => (await first.store.position(`etcd1${of.prefix}`)) !== undefined);
    await first.stop();
    const said: string[] = [];
    const log: Log = { ...quietLog, info: (msg) => said.push(msg) };
    await worlds.bot('b', of, slack, { log });
    await until(() => said.includes('no failover missed'));
    expect(slack.posts).toEqual([]);
  });
});

describe('without a store', () => {
  it('posts at once, marked unrecorded, and records it when the store is back, without a second message', async () => {
    const of = await worlds.world();
    const slack = fakeAlertChat();
    const own = await startRedisServer();
    worlds.closers.push(() => own.stop());
    const a = await worlds.bot('a', of, slack, { redis: own.client() });
    await until(async () => (await a.store.position(`etcd1${of.prefix}`)) !== undefined);
    const pid = Number(/process_id:(\d+)/.exec(await own.client().info('server'))?.[1]);
    process.kill(pid, 'SIGSTOP');
    await of.crash('pg1', 'pg2');
    await until(() => slack.parents().length === 1, 2000);
    expect(slack.parentLines().join()).toMatch(/Unrecorded/);
    process.kill(pid, 'SIGCONT');
    await until(async () => (await a.incidents.lastChange('billing')) !== undefined, 8000);
    await until(async () => (await a.incidents.open()).length === 0, 8000);
    await until(() => !slack.parentLines().join().includes('Unrecorded'));
    expect(slack.twice()).toEqual([]);
    expect(slack.parents()).toHaveLength(1);
  });
});
