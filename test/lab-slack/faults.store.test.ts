import type { App } from '@slack/bolt';
import { LogLevel, WebClient } from '@slack/web-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { startSocketApp } from './bolt-app.ts';

describe('faults on demand', () => {
  let workspace: Workspace;
  let client: WebClient;
  const seenBy = { first: [] as string[], second: [] as string[] };
  const apps: App[] = [];
  beforeAll(async () => {
    workspace = await startWorkspace();
    client = new WebClient(workspace.env.SLACK_BOT_TOKEN, {
      slackApiUrl: workspace.env.SLACK_API_URL,
      logLevel: LogLevel.ERROR,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
    for (const name of ['first', 'second'] as const) {
      apps.push(
        await startSocketApp(workspace, (app) => {
          app.command('/pg', async ({ ack, command }) => {
            seenBy[name].push(command.text);
            if (command.text !== 'never acknowledged') await ack();
          });
        }),
      );
    }
  });
  beforeEach(() => workspace.faults.clear());
  afterAll(async () => {
    await Promise.all(apps.map((each) => each.stop()));
    await workspace.stop();
  });

  const post = (text: string) => client.chat.postMessage({ channel: 'C0DBOPS', text });
  const run = (text: string) => workspace.as('olga').command('/pg', text, { channel: 'db-ops' });
  const seen = (text: string) => [...seenBy.first, ...seenBy.second].filter((each) => each === text).length;

  it('limits the rate of one method in one channel, n times, with Retry-After', async () => {
    await workspace.faults.add({
      method: 'chat.postMessage',
      channel: 'C0DBOPS',
      times: 2,
      does: { kind: 'ratelimited', retryAfter: 7 },
    });
    await expect(post('limited')).rejects.toMatchObject({ retryAfter: 7 });
    await client.chat.postMessage({ channel: 'C0DBALERTS', text: 'elsewhere' });
    await expect(post('limited')).rejects.toThrow();
    await post('after all');
    expect((await workspace.messages('db-ops')).map((each) => each.text)).toEqual(['after all']);
  });

  it('fails with a server error, which posts nothing', async () => {
    await workspace.faults.add({ method: '*', does: { kind: 'status', status: 503 } });
    await expect(post('not posted')).rejects.toThrow();
    expect((await workspace.messages()).some((each) => each.text === 'not posted')).toBe(false);
  });

  it('loses a response after the message was accepted, so that whoever retries blindly posts twice', async () => {
    await workspace.faults.add({ method: 'chat.postMessage', does: { kind: 'lost' } });
    await expect(post('accepted')).rejects.toThrow();
    expect((await workspace.messages()).filter((each) => each.text === 'accepted')).toHaveLength(1);
  });

  it('delays a call', async () => {
    await workspace.faults.add({ method: 'auth.test', does: { kind: 'delay', ms: 120 } });
    const start = performance.now();
    await client.auth.test();
    expect(performance.now() - start).toBeGreaterThan(110);
  });

  it('sends every envelope to exactly one of two connections, and uses both', async () => {
    expect(await workspace.sockets.count()).toBe(2);
    await Promise.all(Array.from({ length: 20 }, (_, at) => run(`one of twenty ${at}`)));
    for (let at = 0; at < 20; at += 1) expect(seen(`one of twenty ${at}`)).toBe(1);
    expect(seenBy.first.length).toBeGreaterThan(5);
    expect(seenBy.second.length).toBeGreaterThan(5);
  });

  it('delivers an envelope twice, or late', async () => {
    await workspace.faults.add({ method: 'envelope:slash_commands', does: { kind: 'duplicate' } });
    await run('twice');
    expect(seen('twice')).toBe(2);
    await workspace.faults.add({ method: 'envelope:slash_commands', does: { kind: 'late', ms: 100 } });
    const start = performance.now();
    expect((await run('late')).outcome).toBe('acked');
    expect(performance.now() - start).toBeGreaterThan(95);
  });

  it('tells the person of an operation timeout when nobody acknowledges', async () => {
    await workspace.set({ ackTimeout: 150 });
    expect((await run('never acknowledged')).outcome).toBe('timeout');
    await workspace.waitForMessage((each) => each.text.includes('operation_timeout') && each.onlyFor === 'olga');
    await workspace.set({ ackTimeout: 3000 });
  });

  it('drops one socket without a word and asks the other to come back; commands go on meanwhile', async () => {
    const seq = await workspace.mark();
    expect(await workspace.sockets.drop('one')).toBe(1);
    await workspace.waitForEntry((each) => each.kind === 'socket' && each.data.connections === 1, { after: seq });
    expect((await run('while one is away')).outcome).toBe('acked');
    await workspace.waitForEntry((each) => each.kind === 'socket' && each.data.connections === 2, {
      after: seq,
      withinMs: 10_000,
    });
    expect(await workspace.sockets.disconnect({ which: 'one' })).toBe(1);
    await workspace.waitForEntry((each) => each.kind === 'socket' && each.data.connections === 1, {
      after: seq + 2,
      withinMs: 10_000,
    });
  }, 20_000);
});
