import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { type LocalCluster, startCluster } from './support/cluster.ts';
import { configOf, leaksIn, openFolder, secretsOf } from './support/config.ts';
import { alarming, endProgram, type Program, startedProgram } from './support/program.ts';

const folder = openFolder();
let workspace: Workspace;
let redis: RedisServer;
let cluster: LocalCluster;
/** Two processes: what one of them sent the other one must find and change. */
let bot: Program | undefined;
let worker: Program | undefined;

const LONG_MS = 40_000;
const EXPIRES_S = 14;

beforeAll(async () => {
  [workspace, redis, cluster] = await Promise.all([startWorkspace(), startRedisServer(), startCluster()]);
  // Every run fails at its first step, so that each test sees a run from its request to its end.
  cluster.sudoSays('Sorry, user trunkline is not allowed to execute psql as postgres on pg1.');
  const { seed, env } = workspace;
  const common = { seed, slackApiUrl: env.SLACK_API_URL, redisPort: redis.port, privateKeyFile: folder.privateKeyFile() };
  const change = {
    policies: [
      {
        risk: ['interrupts-writes', 'can-lose-data'],
        ...{ approvals: 1, reasonRequired: true, expiresIn: `${EXPIRES_S}s`, startWithin: '1m' },
      },
    ],
    breakGlass: { users: ['U0OLGA'], environments: ['production'], reviewWithin: '1s' },
  };
  const start = async (verb: string) => {
    const parts = { ...common, healthPort: await freePort(), etcds: cluster.etcds, change, cluster: cluster.config() };
    return startedProgram([verb, '--config', folder.write(`${verb}.yml`, configOf(parts))], secretsOf(seed));
  };
  [bot, worker] = await Promise.all([start('bot'), start('worker')]);
}, 90_000);
afterAll(async () => {
  await Promise.all([bot, worker].map((one) => one && endProgram(one, 'SIGKILL')));
  await Promise.all([workspace.stop(), redis.stop(), cluster.stop()]);
  folder.remove();
});

const inOps = { channel: 'db-ops' };
const idOf = ({ shown }: Message) => /\br[a-z0-9]{8}\b/.exec(shown)?.[0] ?? '';
/** Cards that are not in a thread. */
const cards = async (channel = 'db-ops') =>
  (await workspace.messages(channel)).filter(({ threadTs, ts }) => !threadTs || threadTs === ts);
const cardOf = async (id: string, channel = 'db-ops') =>
  (await cards(channel)).find(({ shown }) => shown.includes(`Run ${id} ·`));
const threadOf = async ({ ts }: Message, channel = 'db-ops') =>
  (await workspace.thread(ts, channel)).map(({ shown }) => shown).join('\n');
const lines = async (id: string): Promise<string> =>
  (await redis.client().xrange('{trunkline}:audit', '-', '+'))
    .map((line) => JSON.stringify(line))
    .filter((line) => line.includes(id))
    .join('\n');

/** Types a command and waits for the card that it brings. */
async function ask(words: string): Promise<Message> {
  const before = new Set((await cards()).map(({ ts }) => ts));
  await workspace.as('olga').command('/pg', words, inOps);
  return workspace.waitForMessage(({ ts, shown }) => !before.has(ts) && /Run r[a-z0-9]{8} ·/.test(shown), {
    ...inOps,
    withinMs: LONG_MS,
  });
}

/** The copy of a request that a person has, once it is there. */
async function copyFor(name: string, request: Message): Promise<Message> {
  let copy: Message | undefined;
  await until(async () => {
    copy = await cardOf(idOf(request), `@${name}`);
    return copy !== undefined;
  }, LONG_MS);
  if (!copy) throw new Error(`${name} has no copy`);
  return copy;
}
const copyShows = (name: string, request: Message, words: string) =>
  until(async () => ((await cardOf(idOf(request), `@${name}`))?.shown ?? '').includes(words), LONG_MS);

describe('a request', () => {
  it('reaches the approvers by direct message with the same buttons; a vote there counts, and every copy follows to the end', async () => {
    const request = await ask('switchover billing --reason "kernel update"');
    const copies = await Promise.all(['adam', 'anna'].map((name) => copyFor(name, request)));
    for (const copy of copies) expect(copy.buttons.map(({ text }) => text)).toEqual(['Approve', 'Deny', 'Withdraw']);
    expect((await cardOf(idOf(request)))?.shown).toContain('Can approve: @adam, @anna');
    for (const name of ['olga', 'vera', 'gus', 'dora']) expect(await cardOf(idOf(request), `@${name}`)).toBeUndefined();
    await workspace.as('anna').click(copies[1] as Message, 'approve');
    await copyShows('adam', request, 'approved by @anna');
    await Promise.all(['adam', 'anna'].map((name) => copyShows(name, request, 'Failed')));
    expect((await cardOf(idOf(request), '@adam'))?.buttons).toEqual([]);
    await until(async () => (await threadOf(request)).includes(`@olga: run ${idOf(request)} failed`), LONG_MS);
    const thread = await threadOf(request);
    expect(thread.split('approved by @anna; it starts now').length - 1).toBe(1);
    expect(thread.split(`@olga: run ${idOf(request)} failed`).length - 1).toBe(1);
  }, 120_000);

  it('typed in a direct message stands in the channel of the operators, where others can approve it', async () => {
    const before = new Set((await cards()).map(({ ts }) => ts));
    await workspace.as('olga').command('/pg', 'switchover billing --reason "typed in private"', { channel: '@olga' });
    const request = await workspace.waitForMessage(({ ts, shown }) => !before.has(ts) && shown.includes('typed in private'), {
      ...inOps,
      withinMs: LONG_MS,
    });
    await workspace.waitForMessage(({ shown }) => shown.includes("in the operators' channel, where others see it"), {
      channel: '@olga',
      withinMs: LONG_MS,
    });
    await workspace.as('olga').click(request, 'withdraw');
  }, 60_000);

  it('without a reason opens a form for it, and goes on with what was typed', async () => {
    await workspace.as('olga').command('/pg', 'switchover billing --to pg2', inOps);
    await until(async () => (await workspace.views()).length > 0, LONG_MS);
    const before = new Set((await cards()).map(({ ts }) => ts));
    await workspace.as('olga').submit({ reason: 'as said" --to pg9' });
    const request = await workspace.waitForMessage(({ ts, shown }) => !before.has(ts) && shown.includes('Reason: as said'), {
      ...inOps,
      withinMs: LONG_MS,
    });
    expect(request.shown).toContain('Reason: as said" --to pg9');
    await workspace.as('olga').click(request, 'withdraw');
    await copyShows('anna', request, 'Withdrawn');
  }, 120_000);

  it('that nobody answers is reminded of once, expires in every copy, and is asked again by one click', async () => {
    const request = await ask('switchover billing --reason "nobody is there"');
    const copy = await copyFor('adam', request);
    await until(async () => (await threadOf(request)).includes('Could still approve: @adam, @anna'), LONG_MS);
    await until(async () => (await threadOf(copy, '@adam')).includes('still waits: 0 of 1 approvals'), LONG_MS);
    await copyShows('adam', request, 'Expired');
    expect((await threadOf(request)).split('still waits').length - 1).toBe(1);
    const expired = await cardOf(idOf(request));
    expect(expired?.buttons.map(({ text }) => text)).toEqual(['Ask again']);
    await workspace.as('adam').click(expired as Message, 'again');
    const fresh = await workspace.waitForMessage(({ shown }) => shown.includes(`Asks again for run ${idOf(request)}`), {
      ...inOps,
      withinMs: LONG_MS,
    });
    expect(fresh.shown).toContain('asked by @adam');
    await until(async () => ((await cardOf(idOf(request)))?.shown ?? '').includes(`Asked again: run ${idOf(fresh)}`), LONG_MS);
    expect(await lines(idOf(request))).toContain('run.again');
    await workspace.as('adam').click(fresh, 'withdraw');
  }, 150_000);
});

describe('a scheduled run', () => {
  it('is approved ahead, listed, and starts at its time and not before', async () => {
    const atMs = Math.ceil(Date.now() / 1000) * 1000 + 15_000;
    const typed = `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const request = await ask(`switchover billing --reason "at night" --at '${typed}'`);
    expect(request.shown).toContain(`(${typed})`);
    await workspace.as('anna').click(request, 'approve');
    await until(async () => ((await cardOf(idOf(request)))?.shown ?? '').includes('Approved, waits for its time'), LONG_MS);
    await workspace.as('vera').command('/pg', 'scheduled', inOps);
    await workspace.waitForMessage(({ shown }) => shown.includes('Scheduled: 1') && shown.includes(idOf(request)), inOps);
    await until(async () => (await lines(idOf(request))).includes('run.start'), LONG_MS + 30_000);
    expect(Date.now()).toBeGreaterThanOrEqual(atMs);
    expect(await lines(idOf(request))).toContain('run.look-ahead');
    await copyShows('adam', request, 'Failed');
  }, 150_000);
});

describe('break-glass', () => {
  it('starts at once for the listed person, is refused to others, nags, and is reviewed by somebody else', async () => {
    await workspace.as('adam').command('/pg', 'break-glass billing --confirm billing --reason "now" switchover --to pg2', inOps);
    await until(
      async () => (await workspace.as('adam').inbox()).some(({ shown }) => shown.includes('not listed under breakGlass')),
      LONG_MS,
    );
    const card = await ask('break-glass billing --confirm billing --reason "disk of pg1 is full" switchover --to pg2');
    await until(async () => ((await cardOf(idOf(card)))?.shown ?? '').includes('Failed'), LONG_MS);
    const ended = await cardOf(idOf(card));
    expect(ended?.shown).toContain('without approval (break-glass)');
    expect(await cardOf(idOf(card), '@anna')).toBeUndefined();
    const ops = (await workspace.messages('db-ops')).map(({ shown }) => shown).join('\n');
    expect(ops).toContain('Break-glass on billing, without approval');
    await workspace.waitForMessage(({ shown }) => shown.includes(`The review of run ${idOf(card)} is overdue`), {
      ...inOps,
      withinMs: LONG_MS,
    });
    await workspace.as('anna').click(ended as Message, 'review');
    await until(async () => (await workspace.views()).length > 0, LONG_MS);
    await workspace.as('anna').submit({ reason: 'right call' });
    await until(async () => ((await cardOf(idOf(card)))?.shown ?? '').includes(': right call'), LONG_MS);
    await workspace.as('vera').command('/pg', 'reviews', inOps);
    await workspace.waitForMessage(({ shown }) => shown.includes('No review is open'), inOps);
  }, 150_000);
});

describe('a maintenance lock', () => {
  it('shows in status, refuses others with its holder, and ends', async () => {
    await workspace.as('adam').command('/pg', 'lock billing --reason "storage migration" --for 2h', inOps);
    await workspace.waitForMessage(({ shown }) => shown.includes('billing is locked for maintenance for 2 h'), inOps);
    await workspace.as('olga').command('/pg', 'switchover billing --reason "mine"', inOps);
    await until(
      async () => (await workspace.as('olga').inbox()).some(({ shown }) => shown.includes('locked for maintenance by adam')),
      LONG_MS,
    );
    await workspace.as('vera').command('/pg', 'status billing', inOps);
    await workspace.waitForMessage(({ shown }) => shown.includes('Locked for maintenance by @adam'), {
      ...inOps,
      withinMs: LONG_MS,
    });
    await workspace.as('adam').command('/pg', 'unlock billing', inOps);
    await workspace.waitForMessage(({ shown }) => shown.includes('billing is no longer locked'), inOps);
  }, 120_000);
});

describe('after all this', () => {
  it('both processes end with 0, with no secret in their logs and nothing unhandled', async () => {
    for (const one of [bot, worker].filter((program) => program !== undefined)) {
      const { code } = await endProgram(one);
      expect(code).toBe(0);
      expect(leaksIn(one.output(), secretsOf(workspace.seed))).toEqual([]);
      expect(alarming(one.output())).toEqual([]);
    }
  }, 60_000);
});
