import { describe, expect, it } from 'vitest';
import { stale } from '../../src/core/errors.ts';
import { createPosting } from '../../src/compose/run-posting.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { runOf } from '../support/run-of.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** Two processes that want to post the same run in the same moment, as when Slack is back for both. */
function processes(seenBefore: (what: string) => Promise<boolean>) {
  const store = memoryStore(runOf({ revision: 2 }));
  const clock = virtualClock();
  const posts: string[] = [];
  const one = () =>
    createPosting({
      chat: {
        findPosted: async () => undefined,
        async post({ channel, stillWanted = async () => true }) {
          if (!(await stillWanted())) throw stale('somebody else posts it by now', 'There is nothing to do.');
          await clock.sleep(100);
          posts.push(channel);
          return { channel, ts: `ts${posts.length}` };
        },
      },
      runs: store.runs,
      card: async () => ({ summary: 'a run', parts: [] }),
      seen: { seenBefore },
      clock,
      log: quietLog,
    });
  const both = () => clock.drive(Promise.all([one()(store.now().run, {}), one()(store.now().run, {})]));
  return { both, posts };
}

describe('the message of a run that two processes post', () => {
  it('is posted by one of them, and the other learns where', async () => {
    const known = new Set<string>();
    const { both, posts } = processes(async (what) => known.has(what) || !known.add(what));
    expect((await both()).map(({ ts }) => ts)).toEqual(['ts1', 'ts1']);
    expect(posts).toHaveLength(1);
  });

  it('is posted all the same when nobody can say whose turn it is, because two are better than none', async () => {
    const { both, posts } = processes(() => Promise.reject(new Error('Redis is away')));
    await both();
    expect(posts).toHaveLength(2);
  });
});
