import { describe, expect, it } from 'vitest';
import type { Lane } from '../../src/chat/lane.ts';
import { createPostedIndex } from '../../src/chat/posted-index.ts';

const HOUR_MS = 3_600_000;
const at = (millis: number) => String(millis / 1000);

interface Post {
  readonly id: string;
  readonly atMs: number;
  readonly threadTs?: string;
  readonly about?: string;
}

/** A channel as `conversations.history` and `conversations.replies` read it, and what was asked. */
function channelOf(messages: Post[]) {
  const asked: { readonly fromMs: number; readonly threadTs: string | undefined }[] = [];
  const failing = new Set<string>();
  const latestOf = (ts: string) => messages.findLast(({ threadTs }) => threadTs === ts)?.atMs;
  const lane: Pick<Lane, 'call'> = {
    async call(method, { oldest, cursor = '0', ts }) {
      const threadTs = method === 'conversations.replies' ? String(ts) : undefined;
      asked.push({ fromMs: Number(oldest) * 1000, threadTs });
      if (threadTs !== undefined && failing.has(threadTs)) throw new Error('thread_not_found');
      const begin = Number(cursor);
      const here = messages.filter((each) => each.atMs >= Number(oldest) * 1000 && each.threadTs === threadTs);
      const all = threadTs === undefined ? here.toReversed() : here;
      const next = begin + 200 < all.length ? String(begin + 200) : '';
      return {
        ok: true,
        messages: all.slice(begin, begin + 200).map(({ id, atMs, about }) => {
          const latest = latestOf(at(atMs));
          return {
            ts: at(atMs),
            ...(latest === undefined ? {} : { latest_reply: at(latest) }),
            metadata: { event_type: 'trunkline_signal', event_payload: { id, ...(about ? { about } : {}) } },
          };
        }),
        response_metadata: { next_cursor: next },
      };
    },
  };
  return { index: createPostedIndex(lane), asked, messages, failing };
}

describe('the search for messages that may be posted already', () => {
  it('reads a long history once, and then only what came after it', async () => {
    const messages = Array.from({ length: 1000 }, (_, i) => ({ id: `s${i}`, atMs: HOUR_MS + i * 1000 }));
    const { index, asked } = channelOf(messages);
    const find = (id: string) => index.find({ channel: 'C1', id, sinceMs: HOUR_MS });
    expect(await find('s3')).toEqual({ channel: 'C1', ts: at(HOUR_MS + 3000) });
    expect(asked).toHaveLength(5);
    expect(await find('none')).toBeUndefined();
    expect(asked).toHaveLength(6);
    expect(await find('s700')).toBeDefined();
    expect(asked).toHaveLength(6);
  });

  it('reads a long thread once as well, apart from its channel and from other threads', async () => {
    const messages = Array.from({ length: 500 }, (_, i) => ({
      id: `s${i}`,
      atMs: HOUR_MS + i * 1000,
      threadTs: i < 200 ? '1.1' : '2.2',
    }));
    const { index, asked } = channelOf(messages);
    const find = (id: string, ...threads: string[]) => index.find({ channel: 'C1', id, threads, sinceMs: HOUR_MS });
    expect(await find('s3', '1.1')).toMatchObject({ threadTs: '1.1' });
    expect(asked.filter(({ threadTs }) => threadTs === '1.1')).toHaveLength(1);
    expect(await find('s3', '2.2')).toBeUndefined();
    expect(asked.filter(({ threadTs }) => threadTs === '2.2')).toHaveLength(2);
    expect(await find('none', '2.2')).toBeUndefined();
    expect(asked.filter(({ threadTs }) => threadTs === '2.2')).toHaveLength(3);
  });

  it('looks through the threads about the same cluster that were answered since, which nobody needs to name', async () => {
    const { index, asked, messages } = channelOf([
      { id: 'lost', atMs: HOUR_MS, about: 'billing' },
      { id: 'other', atMs: HOUR_MS + 1000, about: 'orders' },
      { id: 'quiet', atMs: HOUR_MS + 2000, about: 'billing' },
      { id: 'run', atMs: HOUR_MS + 2500 },
    ]);
    const [lost, other] = [at(HOUR_MS), at(HOUR_MS + 1000)];
    messages.push(
      { id: 'led', atMs: HOUR_MS + 3000, threadTs: lost },
      { id: 'elsewhere', atMs: HOUR_MS + 3000, threadTs: other },
      { id: 'step', atMs: HOUR_MS + 3000, threadTs: at(HOUR_MS + 2500) },
    );
    const find = (id: string) => index.find({ channel: 'C1', id, about: 'billing', sinceMs: HOUR_MS });
    expect(await find('led')).toEqual({ channel: 'C1', ts: at(HOUR_MS + 3000), threadTs: lost });
    expect(asked.map(({ threadTs }) => threadTs)).toEqual([undefined, lost]);
    expect(await find('next')).toBeUndefined();
    expect(asked).toHaveLength(3);
    messages.push({ id: 'next', atMs: HOUR_MS + 9000, threadTs: lost });
    expect(await find('next')).toMatchObject({ threadTs: lost });
    expect(asked.map(({ threadTs }) => threadTs)).toEqual([undefined, lost, undefined, undefined, lost]);
  });

  it('reads a thread that is named although its parent tells of no new answer, and no more than ten others', async () => {
    const parents = Array.from({ length: 12 }, (_, i) => ({ id: `p${i}`, atMs: HOUR_MS + i * 1000, about: 'billing' }));
    const answers = parents.map(({ atMs }, i) => ({ id: `a${i}`, atMs: HOUR_MS + 60_000 + i, threadTs: at(atMs) }));
    const { index, asked } = channelOf([...parents, ...answers]);
    const find = (id: string) => index.find({ channel: 'C1', id, about: 'billing', threads: [at(HOUR_MS)], sinceMs: HOUR_MS });
    expect(await find('a0')).toMatchObject({ threadTs: at(HOUR_MS) });
    const inThreads = () => asked.filter(({ threadTs }) => threadTs !== undefined).length;
    expect(inThreads()).toBe(11);
    expect(await find('none')).toBeUndefined();
    expect(inThreads()).toBe(12);
  });

  it('finds what it looks for although another thread can not be read, and fails when it finds nothing then', async () => {
    const { index, messages, failing } = channelOf([
      { id: 'lost', atMs: HOUR_MS, about: 'billing' },
      { id: 'led', atMs: HOUR_MS + 1000, threadTs: at(HOUR_MS) },
    ]);
    failing.add('9.9');
    const find = (id: string) => index.find({ channel: 'C1', id, about: 'billing', threads: ['9.9'], sinceMs: HOUR_MS });
    expect(await find('led')).toMatchObject({ threadTs: at(HOUR_MS) });
    await expect(find('none')).rejects.toThrow('thread_not_found');
    failing.clear();
    messages.push({ id: 'none', atMs: HOUR_MS + 2000, threadTs: '9.9' });
    expect(await find('none')).toMatchObject({ threadTs: '9.9' });
  });

  it('sees what was posted a moment before it was asked, although another search is under way', async () => {
    const { index, asked, messages } = channelOf([{ id: 'a', atMs: HOUR_MS }]);
    const first = index.find({ channel: 'C1', id: 'none', sinceMs: HOUR_MS });
    messages.push({ id: 'b', atMs: HOUR_MS + 100 });
    const others = ['b', 'c', 'd'].map((id) => index.find({ channel: 'C1', id, sinceMs: HOUR_MS }));
    expect(await Promise.all([first, ...others])).toEqual([
      undefined,
      { channel: 'C1', ts: at(HOUR_MS + 100) },
      undefined,
      undefined,
    ]);
    expect(asked).toHaveLength(2);
  });

  it('reads further back when it is asked to', async () => {
    const { index } = channelOf([
      { id: 'old', atMs: HOUR_MS },
      { id: 'new', atMs: 3 * HOUR_MS },
    ]);
    expect(await index.find({ channel: 'C1', id: 'old', sinceMs: 2 * HOUR_MS })).toBeUndefined();
    expect(await index.find({ channel: 'C1', id: 'old', sinceMs: HOUR_MS })).toBeDefined();
  });
});
