import { describe, expect, it } from 'vitest';
import { createChatHandlers } from '../../src/compose/chat-handlers.ts';
import { refusal } from '../../src/core/errors.ts';
import { NeedsReason } from '../../src/core/needs-reason.ts';
import type { Asker } from '../../src/core/person.ts';
import type { Wish } from '../../src/store/wishes.ts';

const olga: Asker = { userId: 'U0OLGA', userName: 'olga', teamId: 'T1', channelId: 'C1', via: 'slack' };
const done = { summary: 'done', parts: [] };

function handlers() {
  const calls: unknown[] = [];
  const kept = new Map<string, Wish>();
  const note =
    (name: string) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given.map((one) => (one === olga ? 'olga' : one))]);
      return done;
    };
  const names = ['approve', 'confirm', 'deny', 'withdraw', 'cancel', 'decide', 'again', 'review', 'lock', 'unlock'] as const;
  const ledger = Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as Parameters<
    typeof createChatHandlers
  >[0]['ledger'];
  const made = createChatHandlers({
    inItsPlace: async () => undefined,
    ledger,
    async desk(text, _asker, more) {
      calls.push(['desk', text, more?.reason]);
      if (more?.reason === undefined)
        throw text.startsWith('switchover') ? new NeedsReason('it needs a reason') : refusal('no', 'No.');
      return undefined;
    },
    refused: async () => undefined,
    forged: async () => undefined,
    wishes: {
      put: async (id, wish) => void kept.set(id, wish),
      async take(id) {
        const wish = kept.get(id);
        kept.delete(id);
        return wish;
      },
    },
  });
  const command = (text: string) => made.onCommand({ text, asker: olga, triggerId: 't1' });
  const submit = (callback: string, value: string, reason: string, asker = olga) =>
    made.onSubmit({ callback, value, fields: { reason }, asker });
  const click = (action: string) =>
    made.onAction({ action, value: 'r4k2m9xq', asker: olga, channelId: 'C1', messageTs: '1.1', triggerId: 't1' });
  return { command, submit, click, calls, kept };
}

/** The opaque id that the form carries. */
async function formOf(asking: ReturnType<ReturnType<typeof handlers>['command']>): Promise<string> {
  const answer = await asking;
  return answer && 'modal' in answer ? answer.modal.value : '';
}

describe('a command that lacks only its reason', () => {
  it('opens a form, and goes on with the same words and the reason that was written there', async () => {
    const { command, submit, calls } = handlers();
    const id = await formOf(command('switchover billing --to pg2'));
    await submit('reason', id, 'kernel" --override lag');
    expect(calls.at(-1)).toEqual(['desk', 'switchover billing --to pg2', 'kernel" --override lag']);
  });

  it('carries an opaque id in the form and never the words, because those come back from outside', async () => {
    const { command, kept } = handlers();
    const answer = await command('switchover billing --to pg2');
    expect(JSON.stringify(answer)).not.toContain('pg2');
    expect([...kept.values()]).toEqual([{ text: 'switchover billing --to pg2', userId: 'U0OLGA' }]);
  });

  it('is taken once, and from the person who typed it only', async () => {
    const { command, submit } = handlers();
    const id = await formOf(command('switchover billing'));
    await expect(submit('reason', id, 'x', { ...olga, userId: 'U0MALLORY' })).rejects.toThrow('this form is too old');
    const again = await formOf(command('switchover billing'));
    await submit('reason', again, 'x');
    await expect(submit('reason', again, 'x')).rejects.toThrow('this form is too old');
    await expect(submit('reason', 'made-up', 'x')).rejects.toThrow('this form is too old');
  });

  it('is refused as before for every other reason', async () => {
    await expect(handlers().command('status')).rejects.toThrow('no');
  });
});

describe('the buttons', () => {
  it('ask again, and ask what a review found before they close it', async () => {
    const { click, submit, calls } = handlers();
    expect(await click('again')).toEqual({ ephemeral: done });
    expect((await click('review'))?.modal).toMatchObject({ callback: 'review', value: 'r4k2m9xq' });
    await submit('review', 'r4k2m9xq', 'right call');
    expect(calls).toEqual([
      ['again', 'r4k2m9xq', 'olga'],
      ['review', 'r4k2m9xq', 'olga', 'right call'],
    ]);
  });
});
