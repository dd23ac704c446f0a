import { describe, expect, it } from 'vitest';
import { createCopyDesk } from '../../src/compose/copy-desk.ts';
import { createMessenger } from '../../src/compose/messenger.ts';
import type { Message } from '../../src/core/message.ts';
import type { Copy } from '../../src/store/copies.ts';
import { messageLines } from '../support/message-lines.ts';
import { quietLog } from '../support/quiet-log.ts';
import { runOf } from '../support/run-of.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** A Slack that takes direct messages of everybody but U0GONE, with two processes on one store. */
function twoProcesses(people = ['U0ADAM', 'U0ANNA']) {
  const kept: Copy[] = [];
  const shown = new Map<string, Message>();
  const posts: { readonly channel: string; readonly threadTs?: string | undefined }[] = [];
  const copies = {
    add: async (_run: string, copy: Copy) => void kept.push(copy),
    of: async () => kept,
  };
  const chat = {
    async directMessage(userId: string, message: Message) {
      if (userId === 'U0GONE') throw new Error('cannot_dm_bot');
      shown.set(`D${userId}`, message);
      return { channel: `D${userId}`, ts: '1.1' };
    },
    update: ({ channel, message }: { readonly channel: string; readonly message: Message }) => void shown.set(channel, message),
    permalink: async () => 'https://lumen.example/archives/C0OPS00/p11',
    async post({ channel, threadTs }: { readonly channel: string; readonly threadTs?: string | undefined }) {
      posts.push({ channel, threadTs });
      return { channel, ts: '2.2' };
    },
  };
  const couldApprove = async () => ({ people, more: false });
  const desk = () => createCopyDesk({ chat, copies, couldApprove, clock: virtualClock(), log: quietLog });
  const messenger = createMessenger({
    ...{ chat, copies, ops: 'C0OPS', log: quietLog },
    runs: { get: async () => runOf() },
    breakGlass: async () => undefined,
  });
  const read = (channel: string) => messageLines(shown.get(channel) ?? { parts: [] });
  const buttons = (channel: string) =>
    (shown.get(channel)?.parts ?? []).flatMap((part) => ('buttons' in part ? part.buttons.map(({ label }) => label) : []));
  return { first: desk(), second: desk(), messenger, kept, read, buttons, posts };
}

const request = runOf({ messageTs: '9.9' });

describe('the copies of a request', () => {
  it('are the same card with the same buttons, and name the message in the channel', async () => {
    const { first, kept, read, buttons } = twoProcesses();
    await first.send(request);
    expect(kept.map(({ userId }) => userId)).toEqual(['U0ADAM', 'U0ANNA']);
    expect(read('DU0ANNA')[0]).toContain('Waiting for approval: Move the leader of billing from pg1 to pg2');
    expect(read('DU0ANNA').join('\n')).toContain('The request in its channel (https://lumen.example/archives/C0OPS00/p11)');
    expect(buttons('DU0ANNA')).toEqual(['Approve', 'Deny', 'Withdraw']);
  });

  it('are changed by another process than the one that sent them, and lose their buttons with the decision', async () => {
    const { first, second, read, buttons } = twoProcesses();
    await first.send(request);
    const votes = [{ userId: 'U0ANNA', userName: 'anna', verdict: 'deny' as const, reason: 'backup', atMs: 1 }];
    await second.follow(runOf({ messageTs: '9.9', state: 'denied', why: 'backup', votes }));
    for (const channel of ['DU0ADAM', 'DU0ANNA']) {
      expect(read(channel).slice(0, 3)).toEqual([
        '[bad] Denied: Move the leader of billing from pg1 to pg2',
        '[] Run r4k2m9xq · asked by @U0ASKER · denied by @U0ANNA',
        '[] Why: backup',
      ]);
      expect(buttons(channel)).toEqual([]);
    }
  });

  it('reach the others when one person cannot be written to', async () => {
    const { first, kept } = twoProcesses(['U0GONE', 'U0ANNA']);
    await first.send(request);
    expect(kept.map(({ userId }) => userId)).toEqual(['U0ANNA']);
  });

  it('carry a reminder below, for those only who have not voted', async () => {
    const { first, messenger, posts } = twoProcesses();
    await first.send(request);
    const votes = [{ userId: 'U0ANNA', userName: 'anna', verdict: 'approve' as const, atMs: 1 }];
    messenger.belowCopies(runOf({ votes }), { summary: 'still waits', parts: [] });
    await until(() => posts.length > 0);
    expect(posts).toEqual([{ channel: 'DU0ADAM', threadTs: '1.1' }]);
  });
});
