import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sign } from '../../lab/slack/signature.ts';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { type Bot, createBot, createSharedMemory, freePort, until } from './bot.ts';

const FORM = 'application/x-www-form-urlencoded';
const handled: string[] = [];
let workspace: Workspace;
let bots: { readonly bot: Bot; readonly url: string }[];

beforeAll(async () => {
  workspace = await startWorkspace();
  const seenBefore = createSharedMemory();
  bots = await Promise.all(
    [0, 1].map(async () => {
      const port = await freePort();
      const signingSecret = workspace.env.SLACK_SIGNING_SECRET;
      const bot = createBot(workspace, { intake: { mode: 'http', signingSecret, port, host: '127.0.0.1' }, seenBefore });
      bot.does.onCommand = async ({ text }) => {
        handled.push(text);
        return undefined;
      };
      await bot.chat.start();
      return { bot, url: `http://127.0.0.1:${port}/slack/events` };
    }),
  );
});
afterAll(async () => {
  await Promise.all(bots.map(({ bot }) => bot.chat.stop()));
  await workspace.stop();
});

const commandOf = (text: string) =>
  new URLSearchParams({
    ...{ command: '/pg', text, team_id: workspace.env.SLACK_TEAM_ID, channel_id: 'C0DBOPS', user_id: 'U0OLGA' },
    ...{ api_app_id: 'A0TRUNKLINE', response_url: `${workspace.origin}/x`, trigger_id: randomUUID() },
  }).toString();

interface Sending {
  readonly at?: string;
  readonly type?: string;
  readonly to?: number;
  readonly signature?: (good: string) => string | undefined;
  readonly sent?: string;
}

/** Sends a body that was signed as Slack does, with anything changed afterwards; the status of the answer. */
async function send(body: string, { at, type = FORM, to = 0, signature = (good) => good, sent = body }: Sending = {}) {
  const time = at ?? String(Math.floor(Date.now() / 1000));
  const signed = signature(sign(workspace.env.SLACK_SIGNING_SECRET, time, body));
  const headers = { 'content-type': type, 'x-slack-request-timestamp': time, ...(signed ? { 'x-slack-signature': signed } : {}) };
  const answer = await fetch(bots[to]?.url ?? '', { method: 'POST', body: sent, headers, signal: AbortSignal.timeout(8000) });
  return answer.status;
}

describe('a request that Slack did not send like that', () => {
  it('is refused when its body was altered after it was signed', async () => {
    const body = commandOf('status billing');
    expect(await send(body, { sent: body.replace('status', 'altered') })).toBe(401);
    expect(await send(body, { sent: `${body}&text=altered` })).toBe(401);
  });

  it('is refused the second time although something was written behind its signature, which Bolt does not read', async () => {
    const body = commandOf('once');
    const at = String(Math.floor(Date.now() / 1000));
    expect(await send(body, { at })).toBe(200);
    for (const more of ['', '=', '=x', '=x=y']) expect(await send(body, { at, signature: (good) => good + more })).toBe(401);
  });

  it('is refused with a time that is no time, though its signature is right', async () => {
    for (const at of ['Infinity', '1e99', '-1', 'NaN', '', '0x', '99999999999999'])
      expect(await send(commandOf('timeless'), { at })).toBe(401);
  });

  it('is refused with half a signature, one of another version or none', async () => {
    const worse = [(s: string) => s.slice(0, -1), (s: string) => s.replace('v0', 'v1'), () => 'v0=', () => '=', () => undefined];
    for (const signature of worse) expect(await send(commandOf('unsigned'), { signature })).toBe(401);
  });

  it('smuggles nothing in beside ssl_check, which needs no signature', async () => {
    const payload = JSON.stringify({ type: 'block_actions' });
    for (const more of [commandOf('smuggled'), new URLSearchParams({ payload }).toString()])
      for (const body of [`ssl_check=1&${more}`, `${more}&ssl_check=1`, `ssl_check=1&ssl_check=1&${more}`])
        expect([200, 401]).toContain(await send(body, { signature: () => undefined }));
  });

  it('is no command in another content type', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data', `${FORM}; charset=utf-8`])
      expect([400, 401]).toContain(await send(commandOf('typed'), { type }));
  });

  it('is done once when it is sent to two processes', async () => {
    const body = commandOf('to both');
    const at = String(Math.floor(Date.now() / 1000));
    expect(await Promise.all([0, 1].map((to) => send(body, { at, to })))).toEqual([200, 200]);
    await until('it is handled', () => handled.includes('to both'));
  });

  it('left nothing behind but the two that were right', async () => {
    expect(await send(commandOf('last'))).toBe(200);
    await until('the last one is handled', () => handled.includes('last'));
    expect([...handled].sort()).toEqual(['last', 'once', 'to both']);
  });
});
