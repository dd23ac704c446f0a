import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { type Bot, createBot, freePort, until } from './bot.ts';

let workspace: Workspace;
let bot: Bot;
let port: number;
const inOps = { channel: 'db-ops' };
const handled: string[] = [];

beforeAll(async () => {
  workspace = await startWorkspace();
  port = await freePort();
  bot = createBot(workspace, { intake: http(port) });
  bot.does.onCommand = async ({ text }) => {
    handled.push(text);
    return { summary: `heard ${text}`, parts: [] };
  };
  await bot.chat.start();
  await workspace.deliverTo({ mode: 'http', url: `http://127.0.0.1:${port}/slack/events` });
});
afterAll(async () => {
  await bot.chat.stop();
  await workspace.stop();
});

const http = (at: number) => ({
  mode: 'http' as const,
  signingSecret: workspace.env.SLACK_SIGNING_SECRET,
  port: at,
  host: '127.0.0.1',
});

describe('signed HTTP', () => {
  it('takes a command, acknowledges it without a word and answers in the channel', async () => {
    const delivery = await workspace.as('olga').command('/pg', 'status', inOps);
    expect(delivery).toMatchObject({ outcome: 'acked', httpStatus: 200 });
    await workspace.waitForMessage((message) => message.text === 'heard status');
  });

  it('takes a press of a button once', async () => {
    let presses = 0;
    bot.does.onAction = async () => {
      presses += 1;
      return { ephemeral: { summary: 'ok', parts: [{ line: 'pressed' }] } };
    };
    const message = { summary: 'plan', parts: [{ buttons: [{ label: 'Approve', action: 'approve', value: 'r1' }] }] };
    const posted = await bot.chat.post({ channel: 'C0DBOPS', message, lane: 'interaction' });
    await Promise.all(Array.from({ length: 20 }, () => workspace.as('adam').click(posted, 'approve')));
    await until('adam is told', async () => (await workspace.as('adam').inbox()).some((each) => each.shown === 'pressed'));
    expect(presses).toBe(1);
  });

  it.each(['wrong-secret', 'stale', 'future', 'missing'] as const)(
    'refuses a request whose signature is %s, and tells it for the audit',
    async (tampering) => {
      const before = bot.forged.length;
      const delivery = await workspace.as('olga').command('/pg', tampering, { ...inOps, tampering });
      expect(delivery).toMatchObject({ outcome: 'refused', httpStatus: 401 });
      expect(handled).not.toContain(tampering);
      await until('it is told', () => bot.forged.length > before);
      const why = tampering === 'future' ? 'its time is in the future' : 'its signature is wrong or its time is past';
      expect(bot.forged.slice(before)).toEqual([{ what: 'request', why }]);
    },
  );

  it('refuses the very same request a second time, because it would do a change again', async () => {
    await workspace.as('olga').command('/pg', 'replayed', inOps);
    await workspace.waitForMessage((message) => message.text === 'heard replayed');
    expect(await workspace.replay()).toBe(401);
    expect(handled.filter((text) => text === 'replayed')).toHaveLength(1);
  });

  it('answers nothing on other paths and stays up', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/admin`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/slack/events`, { method: 'POST', body: 'x'.repeat(5_000_000) })).status).toBe(
      413,
    );
    expect((await workspace.as('olga').command('/pg', 'still here', inOps)).outcome).toBe('acked');
  });

  it('says at the start which port is taken', async () => {
    const { chat } = createBot(workspace, { intake: http(port) });
    await expect(chat.start()).rejects.toMatchObject({ kind: 'refusal', message: expect.stringContaining(`port ${port}`) });
  });
});
