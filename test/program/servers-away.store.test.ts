import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import type { Message } from '../../lab/slack/workspace.ts';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { type EtcdServers, startEtcd } from '../support/etcd-server.ts';
import { freePort } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { configOf, leaksIn, openFolder, secretsOf } from './support/config.ts';
import { alarming, childrenOf, endProgram, type Program, readiness, startProgram } from './support/program.ts';

const folder = openFolder();
let workspace: Workspace;
let etcd: EtcdServers;
let redis: LabRedis | undefined;
let redisPort: number;
let healthPort: number;
let program: Program;

beforeAll(async () => {
  [workspace, etcd, redisPort, healthPort] = await Promise.all([startWorkspace(), startEtcd(3), freePort(), freePort()]);
  etcd.etcdctl('put', '/service/billing/leader', 'pg1');
  for (const member of etcd.members) member.kill();
  const { seed, env } = workspace;
  const places = { redisPort, healthPort, etcds: etcd.endpoints, privateKeyFile: folder.privateKeyFile() };
  const config = configOf({ seed, slackApiUrl: env.SLACK_API_URL, ...places });
  program = startProgram(['start', '--config', folder.write('trunkline.yml', config)], secretsOf(seed));
  // Commands are answered before the watch of etcd stands, for which the start waits some seconds.
  await until(async () => (await workspace.sockets.count()) > 0, 20_000);
});
afterAll(async () => {
  await Promise.all([program && endProgram(program, 'SIGKILL'), workspace.stop(), etcd.stop(), redis?.stop()]);
  folder.remove();
});

const startOurRedis = async () => {
  redis = await startRedis({ port: redisPort, folder: folder.path('redis') });
};
const parts = async () =>
  Object.fromEntries((await readiness(healthPort)).parts.map(({ name, ok, says }) => [name, { ok, says }]));

/** Types a command; the answer that comes of it, for all or for the asker alone, and how long it took. */
async function answerTo(text: string, who = 'olga'): Promise<{ readonly message: Message; readonly millis: number }> {
  const before = new Set((await workspace.messages()).map(({ ts }) => ts));
  const begun = Date.now();
  await workspace.as(who).command('/pg', text, { channel: 'db-ops' });
  const message = await workspace.waitForMessage(({ ts, fromBot }) => fromBot && !before.has(ts), { channel: 'db-ops' });
  return { message, millis: Date.now() - begun };
}

describe('without Redis and etcd from the start', () => {
  it('answers status within 3 s with what could not be read', async () => {
    const { message, millis } = await answerTo('status billing');
    expect(millis).toBeLessThan(3000);
    for (const line of [
      '❌ billing: critical, leader unknown',
      `❌ Leader key and member keys in etcd not read: no etcd endpoint answered (${etcd.endpoints[0]}: connection refused; `,
      '❌ etcd has no quorum: 0 of 3 members answer, 2 are needed',
      '⚠️ pg1 does not answer (SQL: connection refused; REST: connection refused)',
      '❔ Runs, incidents and who changed the leader not read: Redis is away (connection refused)',
    ]) {
      expect(message.shown).toContain(line);
    }
  });

  it('refuses a change with the reason and says what still works', async () => {
    const { message } = await answerTo('switchover billing');
    expect(message.onlyFor).toBe('olga');
    expect(message.shown).toBe(
      '⚠️ Not reachable: Redis is away (connection refused), so nothing can be recorded.\n' +
        'Status and lag still work. Start Redis, then ask again.',
    );
  });

  it('lives, and /readyz says which parts do not work and why', async () => {
    await until(async () => (await parts()).etcd?.says.includes('no watch stands') ?? false);
    const { status, ready } = await readiness(healthPort);
    expect({ status, ready }).toEqual({ status: 503, ready: false });
    expect(await parts()).toMatchObject({
      redis: { ok: false, says: 'connection refused' },
      slack: { ok: true, says: '2 of 2 connections are open' },
      etcd: {
        ok: false,
        says: expect.stringMatching(/^no watch stands on main\/service\/: no etcd endpoint answered .*; not seen yet: billing$/),
      },
    });
  });
});

describe('when they come', () => {
  it('becomes ready by itself', async () => {
    await Promise.all([startOurRedis(), ...etcd.members.map((member) => member.start())]);
    await until(async () => (await readiness(healthPort)).ready, 10_000);
  });

  it('looks at the cluster for a change, which now is refused for the cluster alone', async () => {
    const { message } = await answerTo('switchover billing');
    expect(message.shown).toBe(
      '⚠️ Not done: pg1 holds the leader key of billing but does not answer by SQL: connection refused.\n' +
        'Nothing proves that it is the primary. Look at /pg status billing.',
    );
  });
});

describe('when they are killed in the middle', () => {
  it('lives without Redis, says so, refuses changes, and works again when it is back', async () => {
    process.kill(redis?.pid ?? 0, 'SIGKILL');
    await until(async () => !(await readiness(healthPort)).ready);
    expect((await parts()).redis?.says).toMatch(/^(the connection was lost|connection refused)$/);
    expect((await answerTo('status billing')).millis).toBeLessThan(3000);
    expect((await answerTo('switchover billing')).message.shown).toContain('Redis is away');
    expect((await answerTo('approve r4k2m9xq', 'anna')).message.shown).toBe(
      '⚠️ Not reachable: Redis does not answer: there is no connection.\n' +
        'Nothing is known to be changed. Reading clusters goes on; no change starts until Redis answers.',
    );
    await startOurRedis();
    await until(async () => (await readiness(healthPort)).ready, 10_000);
    expect((await answerTo('runs')).message.shown).toContain('There are no runs.');
  });

  it('lives without etcd, says so within 3 s, and sees it again when it is back', async () => {
    for (const { pid } of etcd.members) process.kill(pid, 'SIGKILL');
    const { message, millis } = await answerTo('status billing');
    expect(millis).toBeLessThan(3000);
    expect(message.shown).toContain('❌ etcd has no quorum: 0 of 3 members answer, 2 are needed');
    await until(async () => !(await readiness(healthPort)).ready, 5000);
    expect((await parts()).etcd?.says).toMatch(/^no watch stands on main\/service\/: /);
    await Promise.all(etcd.members.map((member) => member.start()));
    await until(async () => (await readiness(healthPort)).ready, 10_000);
  });

  it('ends with 0 within 10 s of SIGTERM even while Redis is away, with no child, no secret in its log and nothing unhandled', async () => {
    process.kill(redis?.pid ?? 0, 'SIGKILL');
    await until(async () => !(await readiness(healthPort)).ready);
    const children = childrenOf(program.pid);
    const { code, millis } = await endProgram(program);
    expect(code).toBe(0);
    expect(millis).toBeLessThan(10_000);
    expect(children).toEqual([]);
    expect(leaksIn(program.output(), secretsOf(workspace.seed))).toEqual([]);
    expect(alarming(program.output())).toEqual([]);
  });
});
