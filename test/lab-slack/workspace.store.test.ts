import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { LogLevel, WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Endpoint, startRelay } from '../../lab/slack/relay.ts';
import { connectWorkspace, startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';

const ops = 'C0DBOPS';

describe('the workspace', () => {
  let workspace: Workspace;
  let client: WebClient;
  beforeAll(async () => {
    workspace = await startWorkspace();
    client = clientWith(workspace.env.SLACK_BOT_TOKEN);
  });
  afterAll(() => workspace.stop());

  const clientWith = (token: string) =>
    new WebClient(token, { slackApiUrl: workspace.env.SLACK_API_URL, logLevel: LogLevel.ERROR, retryConfig: { retries: 0 } });
  const refusal = async (call: Promise<unknown>): Promise<unknown> => {
    const error: unknown = await call.catch((each: unknown) => each);
    return error instanceof Error && 'data' in error ? error.data : error;
  };

  it('lets nobody in without the right token', async () => {
    expect(await refusal(clientWith('xoxb-stolen').auth.test())).toMatchObject({ error: 'invalid_auth' });
    expect(await refusal(clientWith('').auth.test())).toMatchObject({ error: 'not_authed' });
    expect(await refusal(client.apps.connections.open())).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await refusal(clientWith(workspace.env.SLACK_APP_TOKEN).auth.test())).toMatchObject({
      error: 'not_allowed_token_type',
    });
    expect(await client.auth.test()).toMatchObject({ user_id: 'U0TRUNKLINE', bot_id: 'B0TRUNKLINE', team_id: 'T0LUMEN' });
  });

  it('knows guests, people who left and people of another company', async () => {
    const who = async (user: string) => (await client.users.info({ user })).user;
    expect(await who('U0VERA')).toMatchObject({ deleted: false, is_restricted: false, team_id: 'T0LUMEN' });
    expect(await who('U0GUS')).toMatchObject({ is_restricted: true, is_ultra_restricted: false });
    expect(await who('U0DORA')).toMatchObject({ deleted: true });
    expect(await who('U0PAT')).toMatchObject({ is_stranger: true, team_id: 'T0HARBOR' });
    expect(await refusal(client.users.info({ user: 'U0NOBODY' }))).toMatchObject({ error: 'user_not_found' });
    await workspace.changePerson('vera', { guest: 'single-channel' });
    expect(await who('U0VERA')).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
    await workspace.changePerson('vera', { guest: 'none' });
  });

  it('has user groups whose members can change at any time', async () => {
    const { usergroups = [] } = await client.usergroups.list({ include_users: true });
    const approvers = usergroups.find((each) => each.handle === 'db-approvers')?.id ?? '';
    expect((await client.usergroups.users.list({ usergroup: approvers })).users).toEqual(['U0ADAM', 'U0ANNA']);
    await workspace.setGroup('db-approvers', ['anna']);
    expect((await client.usergroups.users.list({ usergroup: approvers })).users).toEqual(['U0ANNA']);
    await workspace.setGroup('db-approvers', ['adam', 'anna']);
    expect(await refusal(client.usergroups.users.list({ usergroup: 'S0NONE' }))).toMatchObject({ error: 'no_such_subteam' });
  });

  it('refuses to post where it may not', async () => {
    const post = (channel: string) => refusal(client.chat.postMessage({ channel, text: 'x' }));
    expect(await post('nowhere')).toMatchObject({ error: 'channel_not_found' });
    expect(await post('U0DORA')).toMatchObject({ error: 'user_disabled' });
    await workspace.changeChannel('db-audit', { botIsMember: false });
    expect(await post('db-audit')).toMatchObject({ error: 'not_in_channel' });
    await workspace.changeChannel('db-audit', { botIsMember: true, archived: true });
    expect(await post('db-audit')).toMatchObject({ error: 'is_archived' });
    await workspace.changeChannel('db-audit', { archived: false });
    const foreign = await workspace.as('vera').say('mine', { channel: 'db-audit' });
    expect(await refusal(client.chat.update({ ...foreign, text: 'y' }))).toMatchObject({ error: 'cant_update_message' });
    expect(await refusal(client.chat.update({ channel: ops, ts: '1.000001', text: 'y' }))).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('gives history in pages, newest first, with metadata only when asked and without ephemeral messages', async () => {
    for (let at = 1; at <= 5; at += 1) {
      await client.chat.postMessage({ channel: ops, text: `m${at}`, metadata: { event_type: 'signal', event_payload: { at } } });
    }
    await client.chat.postEphemeral({ channel: ops, user: 'U0VERA', text: 'hush' });
    const first = await client.conversations.history({ channel: ops, limit: 2, include_all_metadata: true });
    expect(first.messages?.map((each) => each.text)).toEqual(['m5', 'm4']);
    expect(first.messages?.[0]?.metadata).toEqual({ event_type: 'signal', event_payload: { at: 5 } });
    const texts = [];
    for await (const page of client.paginate('conversations.history', { channel: ops, limit: 2 })) {
      texts.push(...((page as typeof first).messages ?? []));
    }
    expect(texts.map((each) => each.text)).toEqual(['m5', 'm4', 'm3', 'm2', 'm1']);
    expect(texts.some((each) => 'metadata' in each)).toBe(false);
    expect(await refusal(client.conversations.history({ channel: ops, cursor: 'nonsense' }))).toMatchObject({
      error: 'invalid_cursor',
    });
    const oldest = texts[2]?.ts ?? '';
    expect((await client.conversations.history({ channel: ops, oldest })).messages?.map((each) => each.text)).toEqual([
      'm5',
      'm4',
    ]);
  });

  it('gives a thread oldest first, and a permalink to it', async () => {
    const root = await client.chat.postMessage({ channel: ops, text: 'root' });
    const thread_ts = String(root.ts);
    for (const text of ['one', 'two']) await client.chat.postMessage({ channel: ops, thread_ts, text });
    const { messages = [] } = await client.conversations.replies({ channel: ops, ts: thread_ts });
    expect(messages.map((each) => each.text)).toEqual(['root', 'one', 'two']);
    expect(messages[0]).toMatchObject({ reply_count: 2 });
    const { permalink } = await client.chat.getPermalink({ channel: ops, message_ts: thread_ts });
    expect(permalink).toBe(`${workspace.origin}/archives/${ops}/p${thread_ts.replace('.', '')}`);
    expect(await refusal(client.conversations.replies({ channel: ops, ts: '1.000001' }))).toMatchObject({
      error: 'thread_not_found',
    });
  });

  it('enforces the block limits in the words of Slack and lets unknown blocks pass', async () => {
    const text = { type: 'mrkdwn' as const, text: 'x'.repeat(3001) };
    const answer = await refusal(client.chat.postMessage({ channel: ops, text: 't', blocks: [{ type: 'section', text }] }));
    expect(answer).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: { messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'] },
    });
    const future = await fetch(`${workspace.env.SLACK_API_URL}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.env.SLACK_BOT_TOKEN}` },
      body: JSON.stringify({ channel: ops, text: 'hello', blocks: [{ type: 'from_the_future' }] }),
    });
    expect(await future.json()).toMatchObject({ ok: true });
    expect(await refusal(client.chat.postMessage({ channel: ops, text: '' }))).toMatchObject({ error: 'no_text' });
    expect(await client.chat.postMessage({ channel: ops, text: 'y'.repeat(40_001) })).toMatchObject({
      response_metadata: { warnings: ['message_truncated'] },
    });
  });

  it('is used from a second process by its address', async () => {
    const other = await connectWorkspace(workspace.origin);
    await other.as('vera').say('from afar', { channel: 'db-ops' });
    await workspace.waitForMessage((each) => each.text === 'from afar');
    await other.stop();
  });

  it('says what was there when a message does not come', async () => {
    await workspace.as('adam').say('good morning', { channel: 'partners' });
    const wait = workspace.waitForMessage(() => false, { withinMs: 50, channel: 'partners' });
    await expect(wait).rejects.toThrow(/within 50 ms[\s\S]*#partners U0ADAM: good morning/);
  });

  it('keeps web pages from elsewhere out, and everybody off local-slack itself', async () => {
    const status = async (headers: Record<string, string>, path = '/') => {
      const child = spawn('curl', [
        '-s',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        ...Object.entries(headers).flatMap(([key, value]) => ['-H', `${key}: ${value}`]),
        `${workspace.origin}${path}`,
      ]);
      const [code] = await once(child.stdout, 'data');
      return Number(String(code));
    };
    const { port } = new URL(workspace.origin);
    expect(await status({ host: `localhost:${port}`, origin: `http://localhost:${port}` })).toBe(200);
    expect(await status({ host: `rebound.example:${port}` })).toBe(403);
    expect(await status({ origin: 'http://elsewhere.example' })).toBe(403);
    expect(await status({}, '/_control/state')).toBe(404);
  });

  it('shows its page on another address, same port, over two relays and a UNIX socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'relay-'));
    const socket: Endpoint = `unix:${join(folder, 'page.sock')}`;
    const elsewhere = await startWorkspace({ host: '127.0.0.2' });
    const port = Number(new URL(elsewhere.origin).port);
    const inside = await startRelay({ listen: socket, to: `tcp:127.0.0.2:${port}` });
    const outside = await startRelay({ listen: `tcp:127.0.0.1:${port}`, to: socket });
    const page = new WebSocket(`ws://localhost:${port}/ui`, { origin: `http://localhost:${port}`, family: 4 });
    const [first] = await once(page, 'message');
    expect(JSON.parse(String(first))).toMatchObject({ t: 'init', state: { apps: [{ mode: 'socket', connected: false }] } });
    page.send(JSON.stringify({ t: 'post_message', channel: ops, user: 'U0VERA', text: 'from the page' }));
    await elsewhere.waitForMessage((each) => each.text === 'from the page');
    page.close();
    const stranger = new WebSocket(`ws://127.0.0.1:${port}/ui`, { origin: 'http://evil.example' });
    await expect(once(stranger, 'open')).rejects.toThrow('403');
    await Promise.all([inside.stop(), outside.stop(), elsewhere.stop()]);
    rmSync(folder, { recursive: true });
  });
});
