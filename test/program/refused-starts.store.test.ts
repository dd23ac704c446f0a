import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { configOf, leaksIn, openFolder, secretsOf, type Tree } from './support/config.ts';
import { alarming, type Ended, type Env, runProgram } from './support/program.ts';

const folder = openFolder();
const privateKeyFile = folder.privateKeyFile();
let workspace: Workspace;
let redis: RedisServer;
const others: RedisServer[] = [];

beforeAll(async () => {
  [workspace, redis] = await Promise.all([startWorkspace(), startRedisServer()]);
});
afterAll(async () => {
  await Promise.all([workspace.stop(), redis.stop(), ...others.map((other) => other.stop())]);
  folder.remove();
});

async function anotherRedis(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const other = await startRedisServer(settings);
  others.push(other);
  return other;
}

interface Wrong {
  readonly change?: Tree;
  readonly env?: Env;
  readonly redisPort?: number;
  readonly healthPort?: number;
}

/** Starts with one thing wrong; what it says must hold no secret and no stack. */
async function start(name: string, wrong: Wrong, verb = 'start'): Promise<Ended> {
  const { seed, env } = workspace;
  const { redisPort = redis.port, healthPort = await freePort(), change = {} } = wrong;
  const config = configOf({ seed, slackApiUrl: env.SLACK_API_URL, redisPort, healthPort, privateKeyFile, change });
  const secrets = { ...secretsOf(seed), ...wrong.env };
  const ended = await runProgram([verb, '--config', folder.write(`${name}.yml`, config)], secrets);
  expect(ended.millis).toBeLessThan(10_000);
  expect(leaksIn(ended.output, secrets)).toEqual([]);
  expect(alarming(ended.output)).toEqual([]);
  return ended;
}

const LOGIN_HINT =
  'Correct redis.username and redis.password in the configuration, or the user in Redis (ACL LIST), and start again.';

/** The words for a person, without the log's lines. */
const said = ({ output }: Ended) =>
  output
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{'))
    .join('\n');

describe.concurrent('a start with a Slack app that does not fit ends within 10 s and says what to change', () => {
  it('for a wrong bot token', async () => {
    const ended = await start('bot-token', { env: { SLACK_BOT_TOKEN: 'xoxb-0000000000000000' } });
    expect(ended.code).toBe(69);
    expect(said(ended)).toBe(
      'trunkline: Slack refuses slack.botToken (invalid_auth)\n' +
        'Copy the tokens again from the app’s pages OAuth & Permissions (xoxb-) and Basic Information (xapp-).',
    );
  });

  it('for a wrong bot token in a worker, which could tell nobody what it does', async () => {
    const ended = await start('worker-token', { env: { SLACK_BOT_TOKEN: 'xoxb-0000000000000000' } }, 'worker');
    expect(ended.code).toBe(69);
    expect(said(ended)).toContain('trunkline: Slack refuses slack.botToken (invalid_auth)\n');
  });

  it('for a wrong app token', async () => {
    const ended = await start('app-token', { env: { SLACK_APP_TOKEN: 'xapp-0000000000000000' } });
    expect(ended.code).toBe(69);
    expect(said(ended)).toBe(
      'trunkline: Slack refuses slack.appToken (invalid_auth)\n' +
        'Copy the tokens again from the app’s pages OAuth & Permissions (xoxb-) and Basic Information (xapp-).',
    );
  });

  it('for a token of another workspace than the configured one', async () => {
    const { env } = workspace;
    const slack = {
      botToken: 'env:SLACK_BOT_TOKEN',
      appToken: 'env:SLACK_APP_TOKEN',
      teamId: 'T0OTHERS',
      apiUrl: env.SLACK_API_URL,
    };
    const ended = await start('team', { change: { slack } });
    expect(ended.code).toBe(69);
    expect(said(ended)).toBe(
      'trunkline: slack.botToken belongs to the workspace T0LUMEN, and slack.teamId is T0OTHERS\n' +
        'Set slack.teamId to the workspace in which the app is installed, or use the token of the other workspace.',
    );
  });

  it('for a health port that another program has', async () => {
    const ended = await start('port', { healthPort: redis.port });
    expect(said(ended)).toBe(
      `trunkline: port ${redis.port} of 127.0.0.1 for health and metrics can not be opened: another program has it\n` +
        'Set http.port in the configuration to a free port, or end the other program.',
    );
    expect(ended.code).toBe(69);
  });
});

describe.concurrent('a start on a Redis that may lose what was approved is refused, with the setting to change', () => {
  it('for one that evicts', async () => {
    const other = await anotherRedis({ 'maxmemory-policy': 'allkeys-lru' });
    const ended = await start('evicts', { redisPort: other.port });
    expect(ended.code).toBe(69);
    expect(said(ended)).toBe(
      'trunkline: Redis evicts: maxmemory-policy is allkeys-lru, ' +
        'so it may drop approvals, journals and the audit log when memory is short\n' +
        'Set `maxmemory-policy noeviction` in redis.conf (or CONFIG SET and CONFIG REWRITE) and start again.',
    );
  });

  it('for one that does not persist', async () => {
    const other = await anotherRedis({ appendonly: 'no' });
    const ended = await start('forgets', { redisPort: other.port });
    expect(ended.code).toBe(69);
    expect(said(ended)).toBe(
      'trunkline: Redis does not persist: appendonly is no, ' +
        'so a restart would lose approvals, journals and the audit log\n' +
        'Set `appendonly yes` and `appendfsync always` in redis.conf and start again.',
    );
  });

  it('for a wrong password', async () => {
    const other = await anotherRedis();
    await other.client().config('SET', 'requirepass', 'the-right-one');
    const change = { redis: { host: '127.0.0.1', port: other.port, password: 'env:REDIS_PASSWORD' } };
    const ended = await start('password', { change, env: { REDIS_PASSWORD: 'hush-wrong-one' } });
    expect(ended.code).toBe(69);
    expect(said(ended)).toBe(
      `trunkline: Redis at 127.0.0.1:${other.port} refuses the login: ` +
        'WRONGPASS invalid username-password pair or user is disabled.\n' +
        LOGIN_HINT,
    );
  });

  it('for no password where one is wanted', async () => {
    const other = await anotherRedis();
    await other.client().config('SET', 'requirepass', 'the-right-one');
    const ended = await start('no-password', { redisPort: other.port });
    expect(ended.code).toBe(69);
    expect(said(ended)).toBe(
      `trunkline: Redis at 127.0.0.1:${other.port} refuses the login: it wants a password and none is configured\n${LOGIN_HINT}`,
    );
  });
});
