import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import { createBot, freePort, until } from './bot.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.tidy());
afterAll(() => bench.close());

describe('connections', () => {
  it('lose no command while Slack makes all of them reconnect', async () => {
    const { chat } = await bench.startBot();
    const outcomes: string[] = [];
    const pending: Promise<unknown>[] = [];
    for (let n = 0; n < 60; n += 1) {
      pending.push(
        bench.workspace
          .as('olga')
          .command('/pg', `steady ${n}`, { channel: 'db-ops' })
          .then(({ outcome }) => outcomes.push(outcome)),
      );
      if (n === 10) expect(await bench.workspace.sockets.disconnect({ which: 'all' })).toBe(2);
      if (n === 35) expect(await bench.workspace.sockets.disconnect({ which: 'one' })).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await Promise.all(pending);
    expect(outcomes.filter((outcome) => outcome !== 'acked')).toEqual([]);
    expect(outcomes).toHaveLength(60);
    await until(
      'the connections are as many as before',
      async () => chat.health().open === 2 && (await bench.workspace.sockets.count()) === 2,
    );
  });

  it('come back by themselves after they were cut', async () => {
    const { chat } = await bench.startBot();
    expect(await bench.workspace.sockets.drop('all')).toBe(2);
    await until('both are back', async () => (await bench.workspace.sockets.count()) === 2 && chat.health().open === 2);
    expect((await bench.workspace.as('olga').command('/pg', 'back', { channel: 'db-ops' })).outcome).toBe('acked');
  });

  it('end quietly when the bot is stopped in the middle of a reconnect', async () => {
    const bot = await bench.startBot();
    await bench.workspace.faults.add({ method: 'apps.connections.open', times: 4, does: { kind: 'delay', ms: 300 } });
    await bench.workspace.sockets.disconnect({ which: 'all' });
    await bot.chat.stop();
    await until('nothing is connected', async () => (await bench.workspace.sockets.count()) === 0);
  });

  it('are tried again after Slack could not give one', async () => {
    const { chat } = await bench.startBot();
    await bench.workspace.faults.add({ method: 'apps.connections.open', times: 2, does: { kind: 'status', status: 503 } });
    await bench.workspace.sockets.drop('all');
    await until('the faults have struck', async () => (await bench.workspace.faults.left()).length === 0);
    await until('both are back', async () => chat.health().open === 2 && (await bench.workspace.sockets.count()) === 2);
  });

  it('wait for what was taken before they end, so that no answer is lost at a restart', async () => {
    const bot = await bench.startBot();
    bot.does.onCommand = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { summary: 'slow answer', parts: [] };
    };
    await bench.workspace.as('olga').command('/pg', 'slow', { channel: 'db-ops' });
    await bot.chat.stop();
    expect((await bench.workspace.messages('db-ops')).some((message) => message.text === 'slow answer')).toBe(true);
  });
});

describe('the start', () => {
  it('fails with the name of the setting when the bot token is wrong', async () => {
    const { chat } = createBot(bench.workspace, { botToken: 'xoxb-wrong' });
    await expect(chat.start()).rejects.toMatchObject({ kind: 'refusal', message: 'Slack refuses slack.botToken (invalid_auth)' });
  });

  it('fails with the name of the setting when the app token is wrong', async () => {
    const { chat } = createBot(bench.workspace, { intake: { mode: 'socket', appToken: 'xapp-wrong', connections: 2 } });
    await expect(chat.start()).rejects.toMatchObject({ kind: 'refusal', message: 'Slack refuses slack.appToken (invalid_auth)' });
  });

  it('fails when the token belongs to another workspace than the configured one', async () => {
    const { chat } = createBot(bench.workspace, { teamId: 'T0OTHER' });
    await expect(chat.start()).rejects.toMatchObject({ kind: 'refusal', message: expect.stringContaining('T0LUMEN') });
  });

  it('says that Slack is not there, and can be tried again', async () => {
    const { chat } = createBot(bench.workspace, { apiUrl: `http://127.0.0.1:${await freePort()}/api/` });
    await expect(chat.start()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('connection refused'),
    });
  }, 30_000);
});
