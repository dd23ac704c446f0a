import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bug, refusal } from '../../src/core/errors.ts';
import { type Bench, openBench } from './bench.ts';
import { createSharedMemory, until } from './bot.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.tidy());
afterAll(() => bench.close());

describe('commands by Socket Mode', () => {
  it('are acknowledged without a word and answered in the channel, with who asked what', async () => {
    await bench.startBot();
    const delivery = await bench.workspace.as('olga').command('/pg', 'status billing', { channel: 'db-ops' });
    expect(delivery).toMatchObject({ outcome: 'acked', ack: {} });
    const answer = await bench.workspace.waitForMessage((message) => message.text === 'heard status billing');
    expect(answer.onlyFor).toBeUndefined();
    expect(answer.shown).toBe('🟢 heard status billing\n@olga asked /pg status billing');
    expect(answer.metadata).toMatchObject({ event_type: 'trunkline_message' });
  });

  it('put details and files in the thread of their answer', async () => {
    const { chat, does } = await bench.startBot();
    const png = new Uint8Array([137, 80, 78, 71]);
    does.onCommand = async () => ({
      summary: 'lag of billing',
      parts: [{ line: 'pg2 is behind' }],
      thread: [{ line: 'slot pg2 keeps 3 MiB' }],
      attachments: [{ name: 'lag.png', title: 'Lag', content: png, alt: 'Lag falls' }],
    });
    await bench.workspace.as('olga').command('/pg', 'lag billing', { channel: 'db-ops' });
    const answer = await bench.workspace.waitForMessage((message) => message.text === 'lag of billing');
    await chat.flush();
    const replies = (await bench.workspace.thread(answer.ts, 'db-ops')).slice(1);
    expect(replies.map((reply) => reply.shown)).toContain('slot pg2 keeps 3 MiB');
    expect(replies.flatMap((reply) => reply.files)).toMatchObject([{ name: 'lag.png', size: 4 }]);
  });

  it('are acknowledged quickly, 20 at once, because Slack gives up after 3 s', async () => {
    const { acks } = await bench.startBot();
    const millis: number[] = [];
    const one = async (worker: number): Promise<void> => {
      for (let n = 0; n < 10; n += 1) {
        const { outcome, ackMs } = await bench.workspace.as('olga').command('/pg', `ack ${worker} ${n}`, { channel: 'db-ops' });
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
    const { does } = await bench.startBot();
    does.onCommand = async () => {
      throw refusal('there is no cluster bilings', 'Did you mean billing?');
    };
    await bench.workspace.as('olga').command('/pg', 'status bilings', { channel: 'db-ops' });
    expect(await bench.inboxOf('olga', 'bilings')).toBe('⚠️ Not done: there is no cluster bilings.\nDid you mean billing?');
    expect(
      (await bench.workspace.messages('db-ops')).filter((message) => !message.onlyFor && message.shown.includes('bilings')),
    ).toEqual([]);
  });

  it('show a mistake of ours with a reference that the log has too', async () => {
    const { does, log } = await bench.startBot();
    does.onCommand = async () => {
      throw bug('a run can not go from draft to done');
    };
    await bench.workspace.as('olga').command('/pg', 'bug', { channel: 'db-ops' });
    const shown = await bench.inboxOf('olga', 'can not go from draft');
    const reference = /reference (e[0-9a-f]{8})/u.exec(shown)?.[1];
    expect(log.lines.find(({ level }) => level === 'error')).toMatchObject({ fields: { reference } });
  });

  it('say nothing of an error that nobody foresaw but that it happened, since its text may hold anything', async () => {
    const { does } = await bench.startBot();
    does.onCommand = async () => {
      throw new TypeError('secret internals');
    };
    await bench.workspace.as('olga').command('/pg', 'oops', { channel: 'db-ops' });
    expect(await bench.inboxOf('olga', 'nobody foresaw')).not.toContain('secret internals');
  });

  it('are answered to the asker alone where the bot is not a member, with a hint', async () => {
    await bench.startBot();
    await bench.workspace.changeChannel('partners', { botIsMember: false });
    await bench.workspace.as('olga').command('/pg', 'status here', { channel: 'partners' });
    expect(await bench.inboxOf('olga', 'heard status here')).toContain('Invite it to this channel');
  });

  it('are refused to people of another workspace without asking anybody further', async () => {
    const { does } = await bench.startBot();
    let asked = 0;
    does.onCommand = async () => {
      asked += 1;
      return undefined;
    };
    const strangers: string[] = [];
    does.onStranger = async ({ teamId, channelId }, kind) => {
      strangers.push(`${kind} ${teamId} ${channelId}`);
    };
    await bench.workspace.as('pat').command('/pg', 'status', { channel: 'partners' });
    expect(await bench.inboxOf('pat', 'Not allowed')).toContain('other workspaces');
    expect(asked).toBe(0);
    expect(strangers).toEqual([expect.stringMatching(/^command T\S+ C\S+$/u)]);
  });

  it('are handled once although Slack delivers them twice, to two bots', async () => {
    const seenBefore = createSharedMemory();
    const all = [await bench.startBot({ seenBefore }), await bench.startBot({ seenBefore })];
    let calls = 0;
    for (const { does } of all) {
      does.onCommand = async () => {
        calls += 1;
        return { summary: 'once', parts: [] };
      };
    }
    await bench.workspace.faults.add({ method: 'envelope:slash_commands', does: { kind: 'duplicate' } });
    await bench.workspace.as('olga').command('/pg', 'once', { channel: 'db-ops' });
    await bench.workspace.waitForMessage((message) => message.text === 'once');
    await bench.workspace.as('olga').command('/pg', 'again', { channel: 'db-ops' });
    await until('the second command is handled', () => calls >= 2);
    expect(calls).toBe(2);
  });

  it('are answered while the store is down', async () => {
    await bench.startBot({ seenBefore: () => Promise.reject(new Error('redis is down')) });
    await bench.workspace.as('olga').command('/pg', 'without redis', { channel: 'db-ops' });
    await bench.workspace.waitForMessage((message) => message.text === 'heard without redis');
  });

  it('keep hostile words harmless', async () => {
    await bench.startBot();
    await bench.workspace.as('olga').command('/pg', '<!channel> <@U0ADAM> *x* `y` $(reboot) \u202e', { channel: 'db-ops' });
    const answer = await bench.workspace.waitForMessage((message) => message.text.includes('reboot'));
    expect(answer.text).toBe('heard &lt;!channel&gt; &lt;@\u2060U0ADAM&gt; ∗x∗ ˋyˋ $(reboot) ');
  });
});
