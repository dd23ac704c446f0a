import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { createLab } from '../lab/lab.ts';
import { monotonicMs } from '../lab/slack/monotonic.ts';
import { startStage } from '../lab/stage.ts';
import { planHash } from '../src/core/plan-hash.ts';
import { createRunQueue } from '../src/runs/run-queue.ts';
import type { Store } from '../src/store/store.ts';
import { fakeView } from '../test/support/fake-world.ts';
import { quietLog } from '../test/support/quiet-log.ts';
import { type RedisServer, startRedisServer } from '../test/support/redis-server.ts';
import { runOf } from '../test/support/run-of.ts';
import { storesOn } from '../test/support/store-of.ts';
import { enginePartsOn, HOLD, noOp, PREFIX } from './engine-parts.ts';
import { type BenchResult, compare, median, percentile, round } from './stats.ts';

const STEPS = 500;
const CLUSTERS = 1000;
const KILLS = 10;
const APPROVALS = 30;

/**
 * What the engine itself costs. Ours against the peer: two journal marks with their audit entries, against two bare writes of the same
 * size, both with fsync. Beside it: from the click on Approve to the first step on real hosts, runs a second, recovery after kill -9.
 */
export default async function run(): Promise<BenchResult> {
  const click = await fromClickToFirstStep();
  const redis = await startRedisServer({ appendfsync: 'always' });
  try {
    const { ours, peer } = await journalOverhead(redis);
    const runs = await runsPerSecond(redis);
    const recovery = await recoveryAfterKill(redis);
    return {
      ...compare('engine', { ours, peer, unit: 'ms per step' }),
      clickToFirstStepMs: { p50: Math.round(median(click)), p95: Math.round(percentile(click, 0.95)), n: click.length },
      runsPerSecond: runs,
      recoveryMs: { p50: Math.round(median(recovery)), max: Math.round(Math.max(...recovery)), n: recovery.length },
    };
  } finally {
    await redis.stop();
  }
}

/** Real hosts, the real program: who may, facts and checks are read again between the click and the step. The run is stopped then. */
async function fromClickToFirstStep(): Promise<readonly number[]> {
  const lab = await createLab({ debian: process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12', timings: 'demo' });
  const stage = await startStage({ generation: lab.generation, secrets: lab.secrets });
  const redis = new Redis({ host: '127.0.0.1', port: stage.redis.port });
  const { workspace } = stage;
  const times: number[] = [];
  try {
    for (let round = 0; round < APPROVALS; round += 1) {
      const seen = new Set((await workspace.messages('db-ops')).map(({ ts }) => ts));
      await workspace.as('olga').command('/pg', 'switchover billing --reason bench', { channel: 'db-ops' });
      const plan = await workspace.waitForMessage(
        (m) => m.place === 'db-ops' && !seen.has(m.ts) && m.buttons.some(({ text }) => text === 'Approve'),
        {
          withinMs: 20_000,
        },
      );
      const id = /\b(r[a-z0-9]{6,16})\b/.exec(plan.shown)?.[1] ?? '';
      const clickedAt = Date.now();
      await workspace.as('adam').click(plan, 'Approve');
      times.push((await firstStep(redis, id)) - clickedAt);
      await workspace.as('olga').command('/pg', `cancel ${id}`, { channel: 'db-ops' });
      await workspace.waitForMessage((m) => m.ts === plan.ts && /Cancelled|Succeeded/.test(m.shown), { withinMs: 120_000 });
      await lab.waitHealthy();
    }
    return times;
  } finally {
    redis.disconnect();
    await stage.stop();
  }
}

async function firstStep(redis: Redis, id: string): Promise<number> {
  for (;;) {
    const text = await redis.hget(`{trunkline}:journal:${id}`, 'checkpoint');
    if (text) return (JSON.parse(text) as { startedAtMs: number }).startedAtMs;
    await delay(5);
  }
}

async function journalOverhead(server: RedisServer): Promise<{ ours: number[]; peer: number[] }> {
  const [store] = storesOn(server);
  const bare = server.client();
  if (!store) throw new Error('a store was asked for');
  await store.runs.create(runOf({ state: 'running', epoch: 1 }), {
    atMs: 1,
    who: 'U0',
    via: 'slack',
    what: 'run.request',
    result: 'pending',
  });
  const ours: number[] = [];
  const peer: number[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    ours.push(
      await timed(async () => {
        await mark(store, step, 'started');
        await mark(store, step, 'done');
      }),
    );
    const value = JSON.stringify({ mark: 'started', startedAtMs: Date.now(), note: 'what it waits for' });
    peer.push(
      await timed(async () => {
        await bare.hset('bare', String(step), value);
        await bare.hset('bare', String(step), value);
      }),
    );
  }
  return { ours, peer };
}

async function mark(store: Store, step: number, what: 'started' | 'done'): Promise<void> {
  const audit = { atMs: Date.now(), who: 'trunkline', via: 'worker', what: `step.${what}`, result: 'a step' } as const;
  const entry = { mark: what, startedAtMs: Date.now(), note: 'what it waits for' };
  await store.journal.write({ run: 'r4k2m9xq', epoch: 1, step: `s${step}`, entry, audit });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = monotonicMs();
  await work();
  return monotonicMs() - from;
}

/** 1,000 queued runs on 1,000 clusters, by one worker process and by four; and as many bare jobs that write twice. */
async function runsPerSecond(server: RedisServer): Promise<Record<string, number>> {
  const rate: Record<string, number> = {};
  for (const workers of [1, 4]) {
    await server.client().flushall();
    const ids = await queueRuns(server, CLUSTERS);
    const from = monotonicMs();
    const children = await Promise.all(Array.from({ length: workers }, () => startWorker(server.port)));
    await allEnded(server, ids);
    rate[workers === 1 ? 'oneWorker' : 'fourWorkers'] = round(CLUSTERS / ((monotonicMs() - from) / 1000));
    for (const child of children) child.kill('SIGKILL');
  }
  rate.bareJobs = round(await bareJobs(server));
  return rate;
}

async function queueRuns(server: RedisServer, count: number): Promise<readonly string[]> {
  const { runs } = enginePartsOn(server.port);
  const queue = createRunQueue({
    connection: { kind: 'single', options: { host: '127.0.0.1', port: server.port } },
    prefix: PREFIX,
    log: quietLog,
  });
  const ids = Array.from({ length: count }, (_, i) => `r${String(i).padStart(7, '0')}`);
  for (const id of ids) {
    const proposal = await noOp.propose({ cluster: `c${id}` }, fakeView());
    const bound = { runbook: noOp.name, digest: 'd1', input: proposal.input, material: proposal.material, plan: proposal.plan };
    const made = {
      ...bound,
      id,
      cluster: proposal.cluster,
      locks: [...proposal.locks],
      planHash: planHash(bound),
      state: 'queued' as const,
    };
    await runs.create(runOf({ ...made, approvalsNeeded: 0, createdAtMs: Date.now() }), {
      atMs: 1,
      who: 'U0',
      via: 'slack',
      what: 'run.request',
      result: 'queued',
    });
    await queue.add(id);
  }
  await queue.close();
  return ids;
}

async function startWorker(port: number): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./engine-worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

async function allEnded(server: RedisServer, ids: readonly string[]): Promise<void> {
  const redis = server.client();
  while ((await redis.zcard(`{${PREFIX}}:runs:open`)) > 0) await delay(20);
  const states = await Promise.all(ids.map((id) => redis.hget(`{${PREFIX}}:run:${id}`, 'state')));
  const wrong = states.filter((state) => state !== '"succeeded"').length;
  if (wrong > 0) throw new Error(`${wrong} of ${ids.length} runs did not succeed`);
}

async function bareJobs(server: RedisServer): Promise<number> {
  const connection = { host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null };
  const queue = new Queue('bare', { connection });
  await queue.addBulk(Array.from({ length: CLUSTERS }, (_, i) => ({ name: 'job', data: { i } })));
  const redis = server.client();
  let left = CLUSTERS;
  const from = monotonicMs();
  const worker = new Worker(
    'bare',
    async ({ data }) => {
      await redis.hset('jobs', String(data.i), 'started');
      await redis.hset('jobs', String(data.i), 'done');
      left -= 1;
    },
    { connection, concurrency: 20 },
  );
  while (left > 0) await delay(5);
  const rate = CLUSTERS / ((monotonicMs() - from) / 1000);
  await worker.close();
  await queue.close();
  return rate;
}

/** From kill -9 of the worker to the next attempt of its run in another process that was there already. */
async function recoveryAfterKill(server: RedisServer): Promise<readonly number[]> {
  const redis = server.client();
  const times: number[] = [];
  for (let round = 0; round < KILLS; round += 1) {
    await redis.flushall();
    await redis.set(HOLD, '1');
    const [id = ''] = await queueRuns(server, 1);
    const first = await startWorker(server.port);
    while ((await redis.hexists(`{${PREFIX}}:journal:${id}`, 'two')) === 0) await delay(5);
    const second = await startWorker(server.port);
    first.kill('SIGKILL');
    const from = monotonicMs();
    while (Number(await redis.hget(`{${PREFIX}}:run:${id}`, 'epoch')) < 2) await delay(5);
    times.push(monotonicMs() - from);
    await redis.del(HOLD);
    await allEnded(server, [id]);
    second.kill('SIGKILL');
  }
  return times;
}
