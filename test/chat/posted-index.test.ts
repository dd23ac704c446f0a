import { describe, expect, it } from 'vitest';
import type { Lane } from '../../src/chat/lane.ts';
import { createPostedIndex } from '../../src/chat/posted-index.ts';

const HOUR_MS = 3_600_000;
const at = (millis: number) => String(millis / 1000);

/** A channel whose history is read by `conversations.history`, and how often. */
function channelOf(messages: { id: string; atMs: number }[]) {
  const asked: number[] = [];
  const lane: Pick<Lane, 'call'> = {
    async call(_method, { oldest, cursor = '0' }) {
      asked.push(Number(oldest) * 1000);
      const begin = Number(cursor);
      const newestFirst = messages.filter(({ atMs }) => atMs >= Number(oldest) * 1000).toReversed();
      const page = newestFirst.slice(begin, begin + 200);
      const next = begin + 200 < newestFirst.length ? String(begin + 200) : '';
      return {
        ok: true,
        messages: page.map(({ id, atMs }) => ({
          ts: at(atMs),
          metadata: { event_type: 'trunkline_signal', event_payload: { id } },
        })),
        response_metadata: { next_cursor: next },
      };
    },
  };
  return { index: createPostedIndex(lane), asked, messages };
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
    const messages = Array.from({ length: 500 }, (_, i) => ({ id: `s${i}`, atMs: HOUR_MS + i * 1000 }));
    const { index, asked } = channelOf(messages);
    const find = (id: string, threadTs?: string) => index.find({ channel: 'C1', id, threadTs, sinceMs: HOUR_MS });
    expect(await find('s3', '1.1')).toBeDefined();
    expect(await find('none', '1.1')).toBeUndefined();
    expect(asked).toHaveLength(4);
    expect(await find('s3', '2.2')).toBeDefined();
    expect(asked).toHaveLength(7);
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
