import type { App } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { startHttpApp } from './bolt-app.ts';

describe('a real Bolt app behind a signed HTTP request URL', () => {
  let workspace: Workspace;
  let app: App;
  let commands = 0;
  beforeAll(async () => {
    workspace = await startWorkspace();
    app = await startHttpApp(workspace, (each) => {
      each.command('/pg', async ({ ack, respond }) => {
        commands += 1;
        await ack();
        await respond({ text: 'over HTTP', response_type: 'in_channel' });
      });
      each.action('approve', async ({ ack, respond }) => {
        await ack();
        await respond({ text: 'approved over HTTP', replace_original: true });
      });
      each.event('message', async ({ message, say }) => {
        if (!message.subtype) await say(`heard ${message.ts}`);
      });
    });
  });
  afterAll(async () => {
    await app.stop();
    await workspace.stop();
  });

  const send = (text: string, tampering?: 'wrong-secret' | 'stale' | 'future' | 'missing') =>
    workspace.as('olga').command('/pg', text, { channel: 'db-ops', ...(tampering ? { tampering } : {}) });

  it('is reached by a command and an event', async () => {
    expect(await send('status')).toMatchObject({ outcome: 'acked', httpStatus: 200 });
    await workspace.waitForMessage((each) => each.text === 'over HTTP' && !each.onlyFor);
    const said = await workspace.as('vera').say('hello', { channel: 'db-ops' });
    await workspace.waitForMessage((each) => each.text === `heard ${said.ts}`);
  });

  it('is reached by a click, and may replace the message clicked in', async () => {
    const approve = { type: 'button' as const, action_id: 'approve', text: { type: 'plain_text' as const, text: 'Approve' } };
    const blocks = [{ type: 'actions' as const, elements: [approve] }];
    const { ts = '' } = await app.client.chat.postMessage({ channel: 'C0DBOPS', text: 'May I?', blocks });
    expect(await workspace.as('adam').click({ channel: 'db-ops', ts }, 'Approve')).toMatchObject({
      outcome: 'acked',
      httpStatus: 200,
    });
    const replaced = await workspace.waitForMessage((each) => each.ts === ts && each.text === 'approved over HTTP');
    expect(replaced.buttons).toEqual([]);
  });

  it.each(['wrong-secret', 'stale', 'missing'] as const)('refuses a delivery whose signature is %s', async (tampering) => {
    const before = commands;
    expect(await send('forged', tampering)).toMatchObject({ outcome: 'refused', httpStatus: 401 });
    expect(commands).toBe(before);
  });

  it('is fooled by a replay and by a time to come, which a bot must catch by itself', async () => {
    expect(await send('future', 'future')).toMatchObject({ httpStatus: 200 });
    await send('once');
    const before = commands;
    expect(await workspace.replay()).toBe(200);
    expect(commands).toBe(before + 1);
  });

  it('tells the person when the bot is gone', async () => {
    await workspace.deliverTo({ mode: 'http', url: 'http://127.0.0.1:9/slack/events' });
    expect(await send('nobody')).toMatchObject({ outcome: 'refused' });
    await workspace.waitForMessage((each) => each.text.includes('dispatch_failed') && each.onlyFor === 'olga');
  });
});
