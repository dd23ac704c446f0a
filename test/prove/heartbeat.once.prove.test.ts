import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { configOf, openFolder, secretsOf } from '../program/support/config.ts';
import { endProgram, type Program, readiness, startedProgram } from '../program/support/program.ts';
import { type EtcdServers, startEtcd } from '../support/etcd-server.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';
import { freePort } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const EVERY_MS = 10_000;
const folder = openFolder();
let workspace: Workspace;
let etcd: EtcdServers;
let redis: LabRedis;
let redisPort: number;
let healthPort: number;
let deadMan: TestServer;
let bot: Program | undefined;

const startOurRedis = () => startRedis({ port: redisPort, folder: folder.path('redis') });

beforeAll(async () => {
  [workspace, etcd, redisPort, healthPort] = await Promise.all([startWorkspace(), startEtcd(), freePort(), freePort()]);
  redis = await startOurRedis();
  etcd.etcdctl('put', '/service/billing/leader', 'pg1');
  deadMan = await httpServer((_, response) => response.writeHead(200).end());
  const { seed, env } = workspace;
  const places = { redisPort, healthPort, etcds: etcd.endpoints, privateKeyFile: folder.privateKeyFile() };
  const change = { alerts: { heartbeat: { url: 'env:BEAT_URL', every: `${EVERY_MS}ms` } } };
  const config = configOf({ seed, slackApiUrl: env.SLACK_API_URL, ...places, change });
  const secrets = { ...secretsOf(seed), BEAT_URL: `${deadMan.url}/beat` };
  bot = await startedProgram(['bot', '--config', folder.write('bot.yml', config)], secrets);
}, 90_000);
afterAll(async () => {
  await Promise.all([bot && endProgram(bot, 'SIGKILL'), workspace.stop(), etcd.stop(), redis.stop(), deadMan.close()]);
  folder.remove();
});

const part = async () => (await readiness(healthPort)).parts.find(({ name }) => name === 'heartbeat');
const beatsNext = async (withinMs: number) => {
  const before = deadMan.requests.length;
  await until(() => deadMan.requests.length > before, withinMs);
};
/** Waits until it says why it withholds the beat; from then on none comes. */
async function withheld(why: RegExp, withinMs: number): Promise<void> {
  await until(async () => why.test((await part())?.says ?? ''), withinMs);
  expect((await readiness(healthPort)).ready).toBe(false);
}

describe("the dead man's switch of a real bot", () => {
  it('is beaten while all works', async () => {
    await beatsNext(3 * EVERY_MS);
    await beatsNext(2 * EVERY_MS);
    await until(async () => (await part())?.ok === true, EVERY_MS);
  }, 90_000);

  it('is not beaten while Redis takes no write, and is again when it does', async () => {
    await redis.stop();
    await withheld(/redis write/, 3 * EVERY_MS);
    redis = await startOurRedis();
    await beatsNext(4 * EVERY_MS);
  }, 120_000);

  it('is not beaten by a bot that is deaf: its etcd is frozen, and no connection ends', async () => {
    const pids = etcd.members.map(({ pid }) => pid);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await withheld(/etcd watch: main\/service\/ was last heard/, 90_000);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await beatsNext(60_000);
  }, 180_000);
});
