import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeModal, reasonModal } from '../../src/chat/modal.ts';
import { FORM_WITHIN_MS } from '../../src/chat/open-form.ts';
import { FieldRefusal } from '../../src/core/field-refusal.ts';
import { refusal } from '../../src/core/errors.ts';
import { type Bench, openBench } from './bench.ts';
import { type Bot, until } from './bot.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.tidy());
afterAll(() => bench.close());

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
    const bot = await bench.startBot();
    const message = await postButton(bot);
    const clicks: unknown[] = [];
    bot.does.onAction = async (click) => {
      clicks.push(click);
      return { ephemeral: { summary: 'counted', parts: [{ line: 'your vote is counted' }] } };
    };
    const deliveries = await Promise.all(Array.from({ length: 20 }, () => bench.workspace.as('adam').click(message, 'approve')));
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 20 }, () => 'acked'));
    await bench.inboxOf('adam', 'your vote is counted');
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
    const bot = await bench.startBot();
    const message = await postButton(bot);
    const users: string[] = [];
    bot.does.onAction = async ({ asker }) => {
      users.push(asker.userId);
      return undefined;
    };
    await Promise.all(['adam', 'anna'].map((name) => bench.workspace.as(name).click(message, 'approve')));
    await until('both are handled', () => users.length === 2);
    expect(users.sort()).toEqual(['U0ADAM', 'U0ANNA']);
  });

  it('ask for a reason, insist on it, and give it to the handler with the id of the button', async () => {
    const bot = await bench.startBot();
    const message = await postButton(bot);
    bot.does.onAction = async ({ value }) => ({
      modal: reasonModal({ callback: 'deny', value, title: 'Deny this change', submit: 'Deny' }),
    });
    const answers: unknown[] = [];
    bot.does.onSubmit = async (answer) => {
      answers.push(answer);
      return { summary: 'denied', parts: [{ line: 'you denied it' }] };
    };
    await bench.workspace.as('anna').click(message, 'deny');
    await until('the form is open', async () => (await bench.workspace.as('anna').view()) !== undefined);
    expect(await bench.workspace.as('anna').submit({ reason: '   ' })).toMatchObject({ result: 'errors' });
    expect(await bench.workspace.as('anna').submit({ reason: ' not during the sale ' })).toMatchObject({ result: 'closed' });
    await bench.inboxOf('anna', 'you denied it');
    expect(answers).toMatchObject([
      {
        callback: 'deny',
        value: 'r123',
        fields: { reason: 'not during the sale' },
        asker: { userId: 'U0ANNA', channelId: 'C0DBOPS' },
      },
    ]);
  });

  it('say beside the code why it is refused, keep what was typed, and take the next one in the same form', async () => {
    const bot = await bench.startBot();
    const message = await postButton(bot);
    bot.does.onAction = async ({ value }) => ({
      modal: codeModal({ callback: 'approve', value, title: 'Approve', submit: 'Approve' }),
    });
    const codes: unknown[] = [];
    bot.does.onSubmit = async ({ fields: { code } }) => {
      codes.push(code);
      if (code !== '222222') throw new FieldRefusal('code', 'this one-time code is wrong', 'Wait for `the next`.');
      return { summary: 'approved', parts: [{ line: 'you approved it' }] };
    };
    const anna = bench.workspace.as('anna');
    await anna.click(message, 'approve');
    await until('the form is open', async () => (await anna.view()) !== undefined);
    const wrong = { result: 'errors', errors: { code: 'This one-time code is wrong. Wait for the next.' } };
    expect(await anna.submit({ code: '111111' })).toMatchObject(wrong);
    expect(await anna.submit({ code: '111111' })).toMatchObject(wrong);
    expect(await anna.view()).toBeDefined();
    await bench.workspace.faults.add({ method: 'envelope:interactive', does: { kind: 'duplicate' } });
    expect(await anna.submit({ code: '333333' })).toMatchObject(wrong);
    expect(await anna.submit({ code: '222222' })).toMatchObject({ result: 'closed' });
    await bench.inboxOf('anna', 'you approved it');
    expect(codes).toEqual(['111111', '111111', '333333', '222222']);
    expect(JSON.stringify(await anna.inbox())).not.toContain('is wrong');
  });

  it('tell in a message what is wrong with a code when Slack would no longer wait for it', async () => {
    const bot = await bench.startBot();
    const message = await postButton(bot);
    bot.does.onAction = async ({ value }) => ({
      modal: codeModal({ callback: 'approve', value, title: 'Approve', submit: 'Approve' }),
    });
    bot.does.onSubmit = async () => {
      await new Promise((resolve) => setTimeout(resolve, FORM_WITHIN_MS + 300));
      throw new FieldRefusal('code', 'this one-time code is wrong', 'Wait for the next.');
    };
    const anna = bench.workspace.as('anna');
    await anna.click(message, 'approve');
    await until('the form is open', async () => (await anna.view()) !== undefined);
    expect(await anna.submit({ code: '111111' })).toMatchObject({ result: 'closed' });
    expect(await bench.inboxOf('anna', 'this one-time code is wrong')).toContain('Wait for the next.');
  });

  it('say so when a form came too late for Slack to open it', async () => {
    const bot = await bench.startBot();
    const message = await postButton(bot);
    bot.does.onAction = async ({ value }) => {
      await bench.workspace.expireTriggers();
      return { modal: reasonModal({ callback: 'deny', value, title: 'Deny', submit: 'Deny' }) };
    };
    await bench.workspace.as('anna').click(message, 'deny');
    expect(await bench.inboxOf('anna', 'in time')).toContain('Press the button again');
  });

  it('ask for what a command lacks, and tell its plain refusal when Slack no longer opens the form', async () => {
    const bot = await bench.startBot();
    const otherwise = refusal('it needs a reason', 'Add --reason.');
    const modal = reasonModal({ callback: 'reason', value: 'w1', title: 'Why?', submit: 'Ask for it' });
    bot.does.onCommand = async () => ({ modal, otherwise });
    await bench.workspace.as('olga').command('/pg', 'switchover billing', { channel: 'db-ops' });
    await until('the form is open', async () => (await bench.workspace.views()).length > 0);
    bot.does.onSubmit = async () => ({ summary: 'asked', parts: [{ line: 'asked for it' }] });
    await bench.workspace.as('olga').submit({ reason: 'kernel' });
    await bench.inboxOf('olga', 'asked for it');
    bot.does.onCommand = async () => {
      await bench.workspace.expireTriggers();
      return { modal, otherwise };
    };
    await bench.workspace.as('olga').command('/pg', 'switchover billing', { channel: 'db-ops' });
    expect(await bench.inboxOf('olga', 'it needs a reason')).toContain('Add --reason.');
  });
});
