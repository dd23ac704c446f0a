import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { reasonModal } from '../../src/chat/modal.ts';
import { bug, refusal } from '../../src/core/errors.ts';
import { type Bot, createBot, createSharedMemory, until } from './bot.ts';

let workspace: Workspace;
const bots: Bot[] = [];
const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  workspace = await startWorkspace();
});
afterAll(async () => {
  await workspace.stop();
  process.off('unhandledRejection', note);
});
afterEach(async () => {
  await workspace.faults.clear();
  for (const { chat } of bots.splice(0)) await chat.stop();
  await until('no connection is left', async () => (await workspace.sockets.count()) === 0);
  expect(rejections).toEqual([]);
});

async function startBot(changes: Parameters<typeof createBot>[1] = {}): Promise<Bot> {
  const bot = createBot(workspace, changes);
  bots.push(bot);
  await bot.chat.start();
  await until('both connections are there', () => bot.chat.health().open === 2);
  return bot;
}

const inOps = { channel: 'db-ops' };
const olga = () => workspace.as('olga');

async function inboxOf(name: string, text: string): Promise<string> {
  let found: string | undefined;
  await until(`${name} reads ${text}`, async () => {
    found = (await workspace.as(name).inbox()).map((message) => message.shown).find((shown) => shown.includes(text));
    return found !== undefined;
  });
  return found ?? '';
}

describe('commands by Socket Mode', () => {
  it('are acknowledged without a word and answered in the channel, with who asked what', async () => {
    await startBot();
    const delivery = await olga().command('/pg', 'status billing', inOps);
    expect(delivery).toMatchObject({ outcome: 'acked', ack: {} });
    const answer = await workspace.waitForMessage((message) => message.text === 'heard status billing');
    expect(answer.onlyFor).toBeUndefined();
    expect(answer.shown).toBe('🟢 heard status billing\n<@U0OLGA> asked `/pg status billing`');
    expect(answer.metadata).toMatchObject({ event_type: 'trunkline_message' });
  });

  it('put details and files in the thread of their answer', async () => {
    const { chat, does } = await startBot();
    const png = new Uint8Array([137, 80, 78, 71]);
    does.onCommand = async () => ({
      summary: 'lag of billing',
      parts: [{ line: 'pg2 is behind' }],
      thread: [{ line: 'slot pg2 keeps 3 MiB' }],
      attachments: [{ name: 'lag.png', title: 'Lag', content: png, alt: 'Lag falls' }],
    });
    await olga().command('/pg', 'lag billing', inOps);
    const answer = await workspace.waitForMessage((message) => message.text === 'lag of billing');
    await chat.flush();
    const replies = (await workspace.thread(answer.ts, 'db-ops')).slice(1);
    expect(replies.map((reply) => reply.shown)).toContain('slot pg2 keeps 3 MiB');
    expect(replies.flatMap((reply) => reply.files)).toMatchObject([{ name: 'lag.png', size: 4 }]);
  });

  it('are acknowledged quickly, 20 at once, because Slack gives up after 3 s', async () => {
    const { acks } = await startBot();
    const millis: number[] = [];
    const one = async (worker: number): Promise<void> => {
      for (let n = 0; n < 10; n += 1) {
        const { outcome, ackMs } = await olga().command('/pg', `ack ${worker} ${n}`, inOps);
        expect(outcome).toBe('acked');
        millis.push(ackMs ?? Number.POSITIVE_INFINITY);
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, worker) => one(worker)));
    millis.sort((a, b) => a - b);
    expect(millis).toHaveLength(200);
    expect(acks).toHaveLength(200);
    expect(millis[Math.floor(millis.length * 0.99)]).toBeLessThan(1000);
  });

  it('show a refusal to the asker alone, with what to do', async () => {
    const { does } = await startBot();
    does.onCommand = async () => {
      throw refusal('there is no cluster bilings', 'Did you mean billing?');
    };
    await olga().command('/pg', 'status bilings', inOps);
    expect(await inboxOf('olga', 'bilings')).toBe('⚠️ *Not done*: there is no cluster bilings.\nDid you mean billing?');
    expect(
      (await workspace.messages('db-ops')).filter((message) => !message.onlyFor && message.shown.includes('bilings')),
    ).toEqual([]);
  });

  it('show a mistake of ours with a reference that the log has too', async () => {
    const { does, log } = await startBot();
    does.onCommand = async () => {
      throw bug('a run can not go from draft to done');
    };
    await olga().command('/pg', 'bug', inOps);
    const shown = await inboxOf('olga', 'can not go from draft');
    const reference = /`(e[0-9a-f]{8})`/u.exec(shown)?.[1];
    expect(log.lines.find(({ level }) => level === 'error')).toMatchObject({ fields: { reference } });
  });

  it('say nothing of an error that nobody foresaw but that it happened, since its text may hold anything', async () => {
    const { does } = await startBot();
    does.onCommand = async () => {
      throw new TypeError('secret internals');
    };
    await olga().command('/pg', 'oops', inOps);
    expect(await inboxOf('olga', 'nobody foresaw')).not.toContain('secret internals');
  });

  it('are answered to the asker alone where the bot is not a member, with a hint', async () => {
    await startBot();
    await workspace.changeChannel('partners', { botIsMember: false });
    await olga().command('/pg', 'status here', { channel: 'partners' });
    expect(await inboxOf('olga', 'heard status here')).toContain('Invite it to this channel');
  });

  it('are refused to people of another workspace without asking anybody further', async () => {
    const { does } = await startBot();
    let asked = 0;
    does.onCommand = async () => {
      asked += 1;
      return undefined;
    };
    await workspace.as('pat').command('/pg', 'status', { channel: 'partners' });
    expect(await inboxOf('pat', 'Not allowed')).toContain('other workspaces');
    expect(asked).toBe(0);
  });

  it('are handled once although Slack delivers them twice, to two bots', async () => {
    const seenBefore = createSharedMemory();
    const all = [await startBot({ seenBefore }), await startBot({ seenBefore })];
    let calls = 0;
    for (const { does } of all) {
      does.onCommand = async () => {
        calls += 1;
        return { summary: 'once', parts: [] };
      };
    }
    await workspace.faults.add({ method: 'envelope:slash_commands', does: { kind: 'duplicate' } });
    await olga().command('/pg', 'once', inOps);
    await workspace.waitForMessage((message) => message.text === 'once');
    await olga().command('/pg', 'again', inOps);
    await until('the second command is handled', () => calls >= 2);
    expect(calls).toBe(2);
  });

  it('are answered while the store is down', async () => {
    await startBot({ seenBefore: () => Promise.reject(new Error('redis is down')) });
    await olga().command('/pg', 'without redis', inOps);
    await workspace.waitForMessage((message) => message.text === 'heard without redis');
  });

  it('keep hostile words harmless', async () => {
    await startBot();
    await olga().command('/pg', '<!channel> <@U0ADAM> *x* `y` $(reboot) \u202e', inOps);
    const answer = await workspace.waitForMessage((message) => message.text.includes('reboot'));
    expect(answer.text).toBe('heard &lt;!channel&gt; &lt;@\u2060U0ADAM&gt; ∗x∗ ˋyˋ $(reboot) ');
  });
});

describe('buttons and forms', () => {
  async function postButton(bot: Bot) {
    const buttons = [
      { label: 'Approve', action: 'approve', value: 'r123' },
      { label: 'Deny', action: 'deny', value: 'r123' },
    ];
    const posted = await bot.chat.post({
      channel: 'C0DBOPS',
      message: { summary: 'plan', parts: [{ line: 'plan' }, { buttons }] },
      lane: 'interaction',
    });
    return { channel: posted.channel, ts: posted.ts };
  }

  it('reach the handler once when the same button is pressed twenty times at once', async () => {
    const bot = await startBot();
    const message = await postButton(bot);
    const clicks: unknown[] = [];
    bot.does.onAction = async (click) => {
      clicks.push(click);
      return { ephemeral: { summary: 'counted', parts: [{ line: 'your vote is counted' }] } };
    };
    const deliveries = await Promise.all(Array.from({ length: 20 }, () => workspace.as('adam').click(message, 'approve')));
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 20 }, () => 'acked'));
    await inboxOf('adam', 'your vote is counted');
    expect(clicks).toMatchObject([
      {
        action: 'approve',
        value: 'r123',
        channelId: 'C0DBOPS',
        messageTs: message.ts,
        asker: { userId: 'U0ADAM', teamId: 'T0LUMEN' },
      },
    ]);
  });

  it('count for each of two people who press at the same time', async () => {
    const bot = await startBot();
    const message = await postButton(bot);
    const users: string[] = [];
    bot.does.onAction = async ({ asker }) => {
      users.push(asker.userId);
      return undefined;
    };
    await Promise.all(['adam', 'anna'].map((name) => workspace.as(name).click(message, 'approve')));
    await until('both are handled', () => users.length === 2);
    expect(users.sort()).toEqual(['U0ADAM', 'U0ANNA']);
  });

  it('ask for a reason, insist on it, and give it to the handler with the id of the button', async () => {
    const bot = await startBot();
    const message = await postButton(bot);
    bot.does.onAction = async ({ value }) => ({
      modal: reasonModal({ callback: 'deny', value, title: 'Deny this change', submit: 'Deny' }),
    });
    const answers: unknown[] = [];
    bot.does.onSubmit = async (answer) => {
      answers.push(answer);
      return { summary: 'denied', parts: [{ line: 'you denied it' }] };
    };
    await workspace.as('anna').click(message, 'deny');
    await until('the form is open', async () => (await workspace.as('anna').view()) !== undefined);
    expect(await workspace.as('anna').submit({ reason: '   ' })).toMatchObject({ result: 'errors' });
    expect(await workspace.as('anna').submit({ reason: ' not during the sale ' })).toMatchObject({ result: 'closed' });
    await inboxOf('anna', 'you denied it');
    expect(answers).toMatchObject([
      {
        callback: 'deny',
        value: 'r123',
        fields: { reason: 'not during the sale' },
        asker: { userId: 'U0ANNA', channelId: 'C0DBOPS' },
      },
    ]);
  });

  it('say so when a form came too late for Slack to open it', async () => {
    const bot = await startBot();
    const message = await postButton(bot);
    bot.does.onAction = async ({ value }) => {
      await workspace.expireTriggers();
      return { modal: reasonModal({ callback: 'deny', value, title: 'Deny', submit: 'Deny' }) };
    };
    await workspace.as('anna').click(message, 'deny');
    expect(await inboxOf('anna', 'in time')).toContain('Press the button again');
  });
});

describe('connections', () => {
  it('lose no command while Slack makes all of them reconnect', async () => {
    const { chat } = await startBot();
    const outcomes: string[] = [];
    const pending: Promise<unknown>[] = [];
    for (let n = 0; n < 60; n += 1) {
      pending.push(
        olga()
          .command('/pg', `steady ${n}`, inOps)
          .then(({ outcome }) => outcomes.push(outcome)),
      );
      if (n === 10) expect(await workspace.sockets.disconnect({ which: 'all' })).toBe(2);
      if (n === 35) expect(await workspace.sockets.disconnect({ which: 'one' })).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await Promise.all(pending);
    expect(outcomes.filter((outcome) => outcome !== 'acked')).toEqual([]);
    expect(outcomes).toHaveLength(60);
    await until(
      'the connections are as many as before',
      async () => chat.health().open === 2 && (await workspace.sockets.count()) === 2,
    );
  });

  it('come back by themselves after they were cut', async () => {
    const { chat } = await startBot();
    expect(await workspace.sockets.drop('all')).toBe(2);
    await until('both are back', async () => (await workspace.sockets.count()) === 2 && chat.health().open === 2);
    expect((await olga().command('/pg', 'back', inOps)).outcome).toBe('acked');
  });

  it('end quietly when the bot is stopped in the middle of a reconnect', async () => {
    const bot = await startBot();
    await workspace.faults.add({ method: 'apps.connections.open', times: 4, does: { kind: 'delay', ms: 300 } });
    await workspace.sockets.disconnect({ which: 'all' });
    await bot.chat.stop();
    await until('nothing is connected', async () => (await workspace.sockets.count()) === 0);
  });

  it('are tried again after Slack could not give one', async () => {
    const { chat } = await startBot();
    await workspace.faults.add({ method: 'apps.connections.open', times: 2, does: { kind: 'status', status: 503 } });
    await workspace.sockets.drop('all');
    await until('both are back', () => chat.health().open === 2);
  });

  it('wait for what was taken before they end, so that no answer is lost at a restart', async () => {
    const bot = await startBot();
    bot.does.onCommand = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { summary: 'slow answer', parts: [] };
    };
    await olga().command('/pg', 'slow', inOps);
    await bot.chat.stop();
    expect((await workspace.messages('db-ops')).some((message) => message.text === 'slow answer')).toBe(true);
  });
});

describe('the start', () => {
  it('fails with the name of the setting when the bot token is wrong', async () => {
    const { chat } = createBot(workspace, { botToken: 'xoxb-wrong' });
    await expect(chat.start()).rejects.toMatchObject({ kind: 'refusal', message: 'Slack refuses slack.botToken (invalid_auth)' });
  });

  it('fails with the name of the setting when the app token is wrong', async () => {
    const { chat } = createBot(workspace, { intake: { mode: 'socket', appToken: 'xapp-wrong', connections: 2 } });
    await expect(chat.start()).rejects.toMatchObject({ kind: 'refusal', message: 'Slack refuses slack.appToken (invalid_auth)' });
  });

  it('fails when the token belongs to another workspace than the configured one', async () => {
    const { chat } = createBot(workspace, { teamId: 'T0OTHER' });
    await expect(chat.start()).rejects.toMatchObject({ kind: 'refusal', message: expect.stringContaining('T0LUMEN') });
  });

  it('says that Slack is not there, and can be tried again', async () => {
    const { chat } = createBot(workspace, { apiUrl: 'http://127.0.0.1:9/api/' });
    await expect(chat.start()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('connection refused'),
    });
  }, 30_000);
});

describe('posts', () => {
  it('appear once although the answer of Slack was lost', async () => {
    const { chat } = createBot(workspace);
    await workspace.faults.add({ method: 'chat.postMessage', does: { kind: 'lost' } });
    const posted = await chat.post({
      channel: 'C0DBALERTS',
      message: { summary: 'leader lost', parts: [] },
      metadata: { id: 'signal-1' },
      lane: 'alerts',
    });
    const found = (await workspace.messages('db-alerts')).filter((message) => message.text === 'leader lost');
    expect(found.map((message) => message.ts)).toEqual([posted.ts]);
    expect(await chat.findPosted('C0DBALERTS', 'signal-1')).toEqual(posted);
    expect(await chat.permalink(posted)).toContain('/archives/C0DBALERTS/p');
  });

  it('go on in another lane while Slack limits one', async () => {
    const { chat } = createBot(workspace);
    await workspace.faults.add({ method: 'chat.postMessage', channel: 'C0DBOPS', does: { kind: 'ratelimited', retryAfter: 2 } });
    const slow = chat.post({ channel: 'C0DBOPS', message: { summary: 'an answer', parts: [] }, lane: 'interaction' });
    const started = Date.now();
    await chat.post({ channel: 'C0DBALERTS', message: { summary: 'an alert', parts: [] }, lane: 'alerts' });
    expect(Date.now() - started).toBeLessThan(1500);
    await slow;
    expect(Date.now() - started).toBeGreaterThanOrEqual(1900);
  });

  it('reach one person directly', async () => {
    const { chat } = createBot(workspace);
    await chat.directMessage('U0ADAM', { summary: 'please approve', parts: [{ line: 'please approve' }] });
    await inboxOf('adam', 'please approve');
  });

  it('know people, groups and channels as the workspace does', async () => {
    const { chat } = createBot(workspace);
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
