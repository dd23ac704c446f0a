import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { sshKeys } from '../support/ssh-keys.ts';
import { until } from '../support/until.ts';
import { atTerminal } from './support/at-terminal.ts';
import { type LocalCluster, startCluster } from './support/cluster.ts';
import { configOf, leaksIn, openFolder, secretsOf } from './support/config.ts';
import { alarming, type Ended, endProgram, type Program, startedProgram, startProgram } from './support/program.ts';

const folder = openFolder();
const keys = sshKeys();
const people = {
  olga: keys.make('ed25519'),
  adam: keys.make('ecdsa', '-b', '384'),
  anna: keys.make('rsa', '-b', '2048'),
  dora: keys.make('ed25519'),
};
const stranger = keys.make('ed25519');
let workspace: Workspace;
let redis: RedisServer;
let cluster: LocalCluster;
let program: Program;
let workerFile: string;
let url: string;
/** The run that is asked for while Slack is down. */
let id: string;
let watching: Program;

beforeAll(async () => {
  [workspace, redis, cluster] = await Promise.all([startWorkspace(), startRedisServer(), startCluster()]);
  const { seed, env } = workspace;
  const places = { redisPort: redis.port, healthPort: await freePort(), privateKeyFile: folder.privateKeyFile() };
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const listed = Object.entries(people).map(([name, { line }]) => ({ user: `U0${name.toUpperCase()}`, name, keys: [line] }));
  const change = { cli: { port, people: listed } };
  const config = { seed, slackApiUrl: env.SLACK_API_URL, ...places, etcds: cluster.etcds, cluster: cluster.config(), change };
  workerFile = folder.write('worker.yml', configOf({ ...config, healthPort: await freePort() }));
  program = await startedProgram(['bot', '--config', folder.write('bot.yml', configOf(config))], secretsOf(seed));
  await until(async () => (await redis.client().hlen('{trunkline}:people')) === 4, 15_000);
}, 60_000);
afterAll(async () => {
  await Promise.all([program && endProgram(program, 'SIGKILL'), workspace.stop(), redis.stop(), cluster.stop()]);
  folder.remove();
  keys.remove();
});

const { type, start, envelope, post } = atTerminal(() => url);
const audited = async () => (await redis.client().xrange('{trunkline}:audit', '-', '+')).map(([, [, , , entry = '']]) => entry);
const idIn = ({ output }: Ended) => /Run `(r[a-z0-9]+)`/.exec(output)?.[1] ?? 'no id';

describe('while Slack is there', () => {
  it('answers status as in Slack, without words that only Slack understands', async () => {
    const { code, output } = await type(people.olga, 'pg', 'status', 'billing');
    expect(output).toContain('pg1 leads on timeline 1');
    expect(output).toContain('👑 pg1: leader, running, timeline 1');
    expect(output).not.toMatch(/Slack does not answer|<@|\*\*/);
    expect(code).toBe(0);
  });

  it('obeys Slack: who is deactivated there is refused although the key is listed', async () => {
    const { code, output } = await type(people.dora, 'pg', 'status');
    expect(output).toContain('this account is deactivated');
    expect(code).toBe(1);
  });

  it('tells a key that is not listed nothing but that, and audits it', async () => {
    const [unknown, forged] = await Promise.all([
      type(stranger, 'pg', 'status'),
      type(stranger, 'pg', 'status', '--user', 'U0OLGA'),
    ]);
    expect(unknown.code).toBe(1);
    expect(unknown.output).toMatch(
      /Not allowed: the key SHA256:\S+ does not speak for anybody here\.\nAsk the owners of Trunkline to list/,
    );
    expect(forged.output).toMatch(/the key SHA256:\S+ does not speak for U0OLGA here/);
    expect((await audited()).some((line) => line.includes('its key is not listed') && line.includes('"cli"'))).toBe(true);
  });

  it('takes a request once, and only about the time when it was signed, by and for whom it was signed', async () => {
    const once = envelope(people.olga, { nonce: 'o'.repeat(22) });
    expect(await post(once)).toMatch(/^200 .*"outcome":"done"/);
    expect(await post(once)).toContain('this very request was received before');
    expect(await post(envelope(people.olga, { atMs: Date.now() - 185_000 }))).toMatch(
      /3 min 5(\.\d)? s old by the clock of the bot/,
    );
    expect(await post(envelope(people.olga, { atMs: Date.now() + 3_600_000 }))).toMatch(
      /(1 h|59 min \d+ s) in the future by the clock/,
    );
    expect(await post(envelope(people.olga, { bot: 'staging' }))).toContain(
      "this bot is 'trunkline', and the request is meant for 'staging'",
    );
    expect(await post(envelope(people.olga, { user: 'U0ADAM' }))).toMatch(/^401 .*does not speak for U0ADAM here/);
    const [signed, other] = [JSON.parse(once), JSON.parse(envelope(people.olga, { text: 'switchover billing' }))];
    expect(await post(JSON.stringify({ ...signed, request: other.request }))).toMatch(/^401 .*does not speak for anybody here/);
  });

  it('says of words that it does not understand what is meant, and of words that the program itself does not', async () => {
    expect(await type(people.olga, 'pg', 'statsu')).toMatchObject({
      code: 1,
      output: expect.stringContaining('Did you mean trunkline pg status?'),
    });
    expect(await type(people.olga, 'approve', 'nonsense')).toMatchObject({
      code: 2,
      output: expect.stringContaining("'nonsense' is no run id"),
    });
    // A plan that is blocked is an answer in Slack; a script must see that nothing was requested.
    const blocked = await type(people.olga, 'run', 'switchover billing --to pg1');
    expect([blocked.code, idIn(blocked)]).toEqual([1, 'no id']);
    expect(await type({ path: '/nowhere/key' }, 'pg', 'help')).toMatchObject({
      code: 2,
      output: expect.stringContaining('/nowhere/key'),
    });
  });

  it('survives what nobody signed and whoever dawdles', async () => {
    for (const body of ['', '{', 'null', '[]', '{"request":1}', JSON.stringify({ request: '', signature: '' })])
      expect(await post(body)).toMatch(/^401 /);
    expect(await post('x'.repeat(100_000)).catch((error: unknown) => String(error))).toMatch(/^413 |fetch failed/);
    const slow = createConnection(Number(new URL(url).port), '127.0.0.1');
    const ended = new Promise((resolve) => slow.once('close', resolve));
    slow.on('error', () => undefined).resume();
    slow.write('POST /cli HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{');
    await Promise.race([ended, new Promise((_, reject) => setTimeout(() => reject(new Error('it was not cut off')), 15_000))]);
    expect(program.lives()).toBe(true);
  });

  it('posts a change that was asked for here in the ops channel, with its buttons', async () => {
    const asked = await type(people.olga, 'run', 'switchover billing --reason "asked at a <terminal>"');
    expect(asked.output).toContain('Reason: asked at a <terminal>');
    expect(asked.code).toBe(0);
    const { shown } = await workspace.waitForMessage(({ buttons }) => buttons[0]?.value === idIn(asked), { channel: 'db-ops' });
    expect(shown).toContain('asked by @olga');
    expect((await type(people.olga, 'withdraw', idIn(asked))).code).toBe(0);
  });
});

describe('while Slack is down', () => {
  beforeAll(async () => {
    await workspace.stop();
  });

  it('goes on answering', async () => {
    const { code, output } = await type(people.olga, 'pg', 'status', 'billing');
    expect(output).toContain('pg1 leads on timeline 1');
    expect(code).toBe(0);
  });

  it('takes a request at once and without waiting for Slack, and shows the plan', async () => {
    const before = Date.now();
    const asked = await type(people.adam, 'run', '--', 'switchover', 'billing', '--reason', 'kernel update');
    expect(asked.output).toMatch(/Waiting for approval: Switch billing over from pg1 to pg2/);
    expect(asked.output).toContain('Reason: kernel update');
    expect(asked.code).toBe(0);
    expect(Date.now() - before).toBeLessThan(20_000);
    id = idIn(asked);
    expect(asked.output).toContain(`trunkline approve ${id}`);
    watching = start(people.olga, 'watch', id);
  });

  it('refuses the vote of the person who asked, and of one whom Slack knew as deactivated', async () => {
    const own = await type(people.adam, 'approve', id);
    expect(own.output).toContain('you asked for this, so your vote does not count');
    expect(own.code).toBe(1);
    expect(await type(people.dora, 'approve', id)).toMatchObject({ code: 1, output: expect.stringContaining('deactivated') });
  });

  it('counts the approval of another person, and the run is queued', async () => {
    const approved = await type(people.anna, 'approve', id);
    expect(approved.output).toContain('Approved, it starts now');
    expect(approved.output).toMatch(/Slack does not answer: your groups are those that it gave [\d.]+ (ms|s|min).* ago\./);
    expect(approved.code).toBe(0);
    const shown = await type(people.olga, 'run', id);
    expect(shown.output).toMatch(/approved by @anna/);
    const lines = await audited();
    for (const what of ['run.request', 'run.approve', 'run.queue'])
      expect(lines.some((line) => line.includes(what) && line.includes(id))).toBe(true);
    expect(lines.some((line) => line.includes('person.last-known') && line.includes('U0ANNA'))).toBe(true);
  });

  it('is started by a worker, which believes what Slack said last of those who voted here', async () => {
    const worker = await startedProgram(['worker', '--config', workerFile], secretsOf(workspace.seed));
    // Nobody switches over in the cluster of this test; that it comes so far is what counts.
    await until(() => watching.output().includes('Running, step 3 of 4'), 30_000);
    expect(watching.output()).toContain('Checkpoint pg1, so that its shutdown is quick');
    expect(watching.output().match(/Slack does not answer/g)?.length).toBeLessThanOrEqual(1);
    watching.signal('SIGINT');
    expect(await watching.ended).toBe(130);
    await endProgram(worker, 'SIGKILL');
  }, 90_000);
});

describe('without a bot, and with one that is started while Slack is down', () => {
  it('the first ends with 0 of SIGTERM, with no secret in its log and nothing unhandled', async () => {
    const { code } = await endProgram(program);
    expect(code).toBe(0);
    expect(leaksIn(program.output(), secretsOf(workspace.seed))).toEqual([]);
    expect(alarming(program.output())).toEqual([]);
  }, 40_000);

  it('the command line says that no bot answers and what to look at, with 69', async () => {
    const { code, output } = await type(people.olga, 'pg', 'status');
    expect(output).toContain(`trunkline pg: no bot answers at ${url}: connection refused`);
    expect(output).toContain('Is the bot running, with `cli` in its configuration?');
    expect(code).toBe(69);
  });

  it('the second serves the command line before Slack is there, by what Slack said to the first', async () => {
    program = startProgram(['bot', '--config', folder.path('bot.yml')], secretsOf(workspace.seed));
    await until(() => program.output().includes('listening for the command line'), 20_000);
    const { code, output } = await type(people.olga, 'pg', 'runs');
    expect(output).toContain(id);
    expect(output).toMatch(/Slack does not answer: your groups are those that it gave [\d.]+ (ms|s|min).* ago\./);
    expect(code).toBe(0);
    await until(() => program.output().includes('started without Slack'), 30_000);
    await until(() => program.output().includes('"started"'), 30_000);
  }, 90_000);

  it('and when Slack is back it connects and shows the run that nobody saw there', async () => {
    workspace = await startWorkspace({ port: Number(new URL(workspace.origin).port), seed: workspace.seed });
    const shown = ({ shown: text }: { shown: string }) => text.includes(id);
    const message = await workspace.waitForMessage(shown, { channel: 'db-ops', withinMs: 60_000 });
    expect(message.shown).toContain('approved by @anna');
    expect((await workspace.messages('db-ops')).filter(shown)).toHaveLength(1);
    await until(async () => (await workspace.sockets.count()) > 0, 40_000);
  }, 120_000);
});
