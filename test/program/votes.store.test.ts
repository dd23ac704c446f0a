import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../lab/slack/workspace.ts';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { until } from '../support/until.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { type LocalCluster, startCluster } from './support/cluster.ts';
import { configOf, leaksIn, openFolder, secretsOf, type Tree } from './support/config.ts';
import { alarming, endProgram, type Program, startedProgram } from './support/program.ts';
import { signedSlack } from './support/signed.ts';

const folder = openFolder();
let workspace: Workspace;
let redis: RedisServer;
let cluster: LocalCluster;
/** The bot on sockets. */
let program: Program | undefined;
/** The bot behind a request URL, for which pg2's host key is another one. */
let web: Program | undefined;
let requestUrl: string;

beforeAll(async () => {
  [workspace, redis, cluster] = await Promise.all([startWorkspace(), startRedisServer(), startCluster()]);
  const { seed, env } = workspace;
  const places = { redisPort: redis.port, healthPort: await freePort(), privateKeyFile: folder.privateKeyFile() };
  const common = { seed, slackApiUrl: env.SLACK_API_URL, ...places, etcds: cluster.etcds };
  const webPort = await freePort();
  requestUrl = `http://127.0.0.1:${webPort}/slack/events`;
  const slack = {
    ...{ mode: 'http', port: webPort, botToken: 'env:SLACK_BOT_TOKEN', signingSecret: 'env:SLACK_SIGNING_SECRET' },
    ...{ teamId: seed.team.id, apiUrl: env.SLACK_API_URL },
  };
  const overHttp = { change: { slack }, healthPort: await freePort(), cluster: cluster.config({ wrongHostKey: true }) };
  const start = (name: string, config: Tree) => startedProgram(['bot', '--config', folder.write(name, config)], secretsOf(seed));
  [program, web] = await Promise.all([
    start('socket.yml', configOf({ ...common, cluster: cluster.config() })),
    start('http.yml', configOf({ ...common, ...overHttp })),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([program, web].map((one) => one && endProgram(one, 'SIGKILL')));
  await Promise.all([workspace.stop(), redis.stop(), cluster.stop()]);
  folder.remove();
});

const inOps = { channel: 'db-ops' };
const HOSTILE = '<!channel> <@U0ANNA> *now* `id` \u202e';
/** What a reason must not have become; who asked and who voted is mentioned by us. */
const MADE = /<!(?!date\^)|<@(?!U0(OLGA|ADAM|ANNA)>)|<@U0ANNA> ∗now|[\u202a-\u202e]/u;

/** Asks for a switchover; the message of the request. */
async function request(): Promise<Message> {
  const before = new Set((await workspace.messages('db-ops')).map(({ ts }) => ts));
  await workspace.as('olga').command('/pg', `switchover billing --reason "${HOSTILE}"`, inOps);
  return workspace.waitForMessage(({ ts, buttons }) => !before.has(ts) && buttons.length > 0, inOps);
}

const idOf = ({ buttons }: Message) => buttons[0]?.value ?? '';
const now = async ({ ts }: Message) => (await workspace.messages('db-ops')).find((message) => message.ts === ts)?.shown ?? '';
/** Without what Slack itself tells a person when the bot refused. */
const said = async () => (await workspace.messages('db-ops')).filter(({ shown }) => !shown.includes('dispatch_failed'));
/** What a person was told alone since `before` such messages; copies of requests are no answers. */
const told = async (name: string, before = 0) =>
  (await workspace.as(name).inbox())
    .filter(({ onlyFor }) => onlyFor !== undefined)
    .toSorted((one, other) => Number(one.ts) - Number(other.ts))
    .slice(before)
    .map(({ shown }) => shown);
/** The lines of the audit log about a run that were not refusals. */
async function audited(what: string, message: Message): Promise<readonly string[]> {
  const lines = await redis.client().xrange('{trunkline}:audit', '-', '+');
  return lines
    .map((line) => JSON.stringify(line))
    .filter((line) => [what, idOf(message)].every((word) => line.includes(word)) && !line.includes('refused'));
}

/** One person clicks; what that person is then told. */
async function click(name: string, message: Message, which: string): Promise<string> {
  const before = (await told(name)).length;
  await workspace.as(name).click(message, which);
  await until(async () => (await told(name, before)).length > 0);
  return (await told(name, before)).join('\n');
}

describe('a request for approval', () => {
  it('shows a hostile reason as text', async () => {
    const message = await request();
    expect(JSON.stringify(message.blocks)).not.toMatch(MADE);
    expect(message.shown).toContain('∗now∗');
  });

  it('takes no vote of the requester, a viewer, a guest, somebody who left, a stranger, or in a shared channel; says why', async () => {
    const message = await request();
    expect(await click('olga', message, 'approve')).toContain('you asked for this, so your vote does not count');
    expect(await click('vera', message, 'approve')).toContain('you may not approve switchover on billing (role there: viewer)');
    expect(await click('gus', message, 'approve')).toContain('guests are not served');
    expect(await click('dora', message, 'approve')).toContain('this account is deactivated');
    expect(await click('pat', message, 'approve')).toContain('people of other workspaces are not served');
    await workspace.changeChannel('db-ops', { extShared: true });
    expect(await click('anna', message, 'approve')).toContain('this channel is shared with another organisation');
    await workspace.changeChannel('db-ops', { extShared: false });
    await workspace.setGroup('db-approvers', ['anna']);
    expect(await click('adam', message, 'approve')).toContain(
      'you may not approve switchover on billing (role there: viewer, operator)',
    );
    await workspace.setGroup('db-approvers', ['adam', 'anna']);
    expect(await now(message)).toContain('0 of 1 approvals by other people');
  });

  it('opens one form of twenty clicks on Deny, and is denied once', async () => {
    const message = await request();
    await Promise.all(Array.from({ length: 20 }, () => workspace.as('anna').click(message, 'deny')));
    await until(async () => (await workspace.views()).length > 0);
    expect(await workspace.views()).toHaveLength(1);
    await workspace.as('anna').submit({ reason: HOSTILE });
    await until(async () => (await now(message)).includes('Denied'));
    const denied = (await workspace.messages('db-ops')).find(({ ts }) => ts === message.ts);
    expect(JSON.stringify(denied?.blocks)).not.toMatch(MADE);
    expect(await audited('run.deny', message)).toHaveLength(1);
  });
});

describe('signed HTTP', () => {
  it('works from the command to the answer', async () => {
    await workspace.deliverTo({ mode: 'http', url: requestUrl });
    expect(await workspace.as('olga').command('/pg', 'clusters', inOps)).toMatchObject({ outcome: 'acked', httpStatus: 200 });
    await workspace.waitForMessage(({ shown }) => shown.includes('@olga asked /pg clusters'), inOps);
  });

  it('refuses a wrong secret, an old and a future request, one without signature and a replay', async () => {
    const before = (await said()).length;
    for (const tampering of ['wrong-secret', 'stale', 'future', 'missing'] as const) {
      const sent = await workspace.as('olga').command('/pg', 'switchover billing', { ...inOps, tampering });
      expect(sent).toMatchObject({ outcome: 'refused', httpStatus: 401 });
    }
    await workspace.as('vera').command('/pg', 'help', inOps);
    await workspace.waitForMessage(({ shown }) => shown.includes('@vera asked /pg help'), inOps);
    expect(await workspace.replay()).toBe(401);
    expect(await said()).toHaveLength(before + 1);
  });

  it('counts one vote of twenty identical clicks of each of two people at once', async () => {
    const message = await request();
    const { slack, clickOf } = rawClicks(message);
    const clicks = ['U0ADAM', 'U0ANNA'].flatMap((user) => Array.from({ length: 20 }, () => slack.click(clickOf(user))));
    expect(new Set(await Promise.all(clicks))).toEqual(new Set([200]));
    await until(async () => (await now(message)).includes('Approved, about to start'));
    expect((await now(message)).match(/approved by/g)).toHaveLength(1);
    expect(await audited('run.approve', message)).toHaveLength(1);
  });

  it('takes no vote from another channel, whatever the person may do there, and says where it counts', async () => {
    const message = await request();
    const { slack, clickOf } = rawClicks(message);
    const before = (await told('anna')).length;
    for (const channel of ['C0DBALERTS', 'C0DBAUDIT']) expect(await slack.click({ ...clickOf('U0ANNA'), channel })).toBe(200);
    await until(async () => (await told('anna', before)).length >= 2);
    for (const text of await told('anna', before)) expect(text).toContain('do not stand here');
    expect(await now(message)).toContain('0 of 1 approvals by other people');
    expect(await slack.click(clickOf('U0ANNA'))).toBe(200);
    await until(async () => (await now(message)).includes('approved by'));
  });

  it('answers a button value or name that nobody made, and a body that is none, with a sentence or not at all, and lives', async () => {
    const message = await request();
    const { slack, clickOf } = rawClicks(message);
    const before = (await told('anna')).length;
    const values = [
      '',
      '../../etc/passwd',
      'r000000000',
      `${idOf(message)} `,
      '<!channel>',
      'x'.repeat(2000),
      '{"id":1}',
      '__proto__',
    ];
    for (const value of values) expect(await slack.click({ ...clickOf('U0ANNA'), value })).toBe(200);
    for (const action of ['drop-cluster', 'constructor', '__proto__'])
      expect(await slack.click({ ...clickOf('U0ANNA'), action })).toBe(200);
    await until(async () => (await told('anna', before)).length >= values.length + 3);
    for (const text of await told('anna', before)) expect(text).toMatch(/there is no run|this button is not known any more/);
    const form = (payload: string) => new URLSearchParams({ payload }).toString();
    const bodies = ['', 'text=1', ...['{', 'null', '1', '{}', '{"type":"block_actions"}'].map(form)];
    const statuses = await Promise.all(bodies.map((body) => slack.post(body)));
    for (const status of statuses) expect([200, 400, 404, 500]).toContain(status);
    expect(await slack.post('x'.repeat(5 * 1024 ** 2))).toBe(413);
    expect(web?.lives()).toBe(true);
    expect(await now(message)).toContain('0 of 1 approvals by other people');
  });
});

describe('a host that refuses', () => {
  it('shows in status as not read, with the reason: another host key, sudo', async () => {
    cluster.sudoSays('Sorry, user trunkline is not allowed to execute /usr/bin/df as postgres on pg1.');
    await workspace.as('olga').command('/pg', 'status billing', inOps);
    const { shown } = await workspace.waitForMessage((message) => message.shown.includes('@olga asked /pg status'), inOps);
    cluster.sudoSays(undefined);
    expect(shown).toContain("❔ Free disk of pg1 not read: sudo refused: the host pg1 does not grant 'disk free' as postgres");
    expect(shown).toMatch(/❔ Free disk of pg2 not read: the host key of pg2 is SHA256:\S+, but SHA256:\S+ is configured/);
    expect(shown).toContain('pg1 leads on timeline 1');
  });
});

describe('after all this', () => {
  it('both bots end with 0 within 10 s, with no secret in their logs and nothing unhandled', async () => {
    for (const one of [program, web].filter((bot) => bot !== undefined)) {
      const { code, millis } = await endProgram(one);
      expect(code).toBe(0);
      expect(millis).toBeLessThan(10_000);
      expect(leaksIn(one.output(), secretsOf(workspace.seed))).toEqual([]);
      expect(alarming(one.output())).toEqual([]);
    }
    expect(program?.output()).not.toContain('"level":"error"');
  });
});

function rawClicks(message: Message) {
  const { team, app } = workspace.seed;
  const slack = signedSlack(requestUrl, app.signingSecret);
  const common = { team: team.id, channel: 'C0DBOPS', action: 'approve', value: idOf(message), messageTs: message.ts };
  return { slack, clickOf: (user: string) => ({ ...common, user }) };
}
