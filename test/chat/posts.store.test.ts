import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import { createBot } from './bot.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.tidy());
afterAll(() => bench.close());

describe('posts', () => {
  it('appear once although the answer of Slack was lost', async () => {
    const { chat } = createBot(bench.workspace);
    await bench.workspace.faults.add({ method: 'chat.postMessage', does: { kind: 'lost' } });
    const posted = await chat.post({
      channel: 'C0DBALERTS',
      message: { summary: 'leader lost', parts: [] },
      metadata: { id: 'signal-1' },
      lane: 'alerts',
    });
    const found = (await bench.workspace.messages('db-alerts')).filter((message) => message.text === 'leader lost');
    expect(found.map((message) => message.ts)).toEqual([posted.ts]);
    expect(await chat.findPosted('C0DBALERTS', 'signal-1')).toEqual(posted);
    expect(await chat.permalink(posted)).toContain('/archives/C0DBALERTS/p');
  });

  it('go on in another lane while Slack limits one', async () => {
    const { chat } = createBot(bench.workspace);
    await bench.workspace.faults.add({
      method: 'chat.postMessage',
      channel: 'C0DBOPS',
      does: { kind: 'ratelimited', retryAfter: 2 },
    });
    const slow = chat.post({ channel: 'C0DBOPS', message: { summary: 'an answer', parts: [] }, lane: 'interaction' });
    const started = Date.now();
    await chat.post({ channel: 'C0DBALERTS', message: { summary: 'an alert', parts: [] }, lane: 'alerts' });
    expect(Date.now() - started).toBeLessThan(1500);
    await slow;
    expect(Date.now() - started).toBeGreaterThanOrEqual(1900);
  });

  it('reach one person directly', async () => {
    const { chat } = createBot(bench.workspace);
    await chat.directMessage('U0ADAM', { summary: 'please approve', parts: [{ line: 'please approve' }] });
    await bench.inboxOf('adam', 'please approve');
  });

  it('know people, groups and channels as the workspace does', async () => {
    const { chat } = createBot(bench.workspace);
    expect(await chat.directory.person('U0ADAM')).toMatchObject({
      groups: ['S0DBVIEWERS', 'S0DBOPERATORS', 'S0DBAPPROVERS'],
      isGuest: false,
    });
    expect(await chat.directory.person('U0GUS')).toMatchObject({ isGuest: true });
    expect(await chat.directory.person('U0DORA')).toMatchObject({ isDeactivated: true });
    expect(await chat.directory.person('U0PAT')).toMatchObject({ teamId: 'T0HARBOR' });
    expect(await chat.directory.person('U0NOBODY')).toBeUndefined();
    expect(await chat.directory.channel('C0PARTNERS')).toMatchObject({ isExternallyShared: true });
  });
});
