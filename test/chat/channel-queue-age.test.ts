import { describe, expect, it } from 'vitest';
import { createChannelQueue } from '../../src/chat/channel-queue.ts';

describe('the queue of what Slack has not taken', () => {
  it('knows since when the oldest waits, so that a stuck one is seen behind many that pass', async () => {
    let nowMs = 1000;
    const queue = createChannelQueue({ now: () => nowMs });
    expect(queue.oldest()).toBeUndefined();
    let letGo: () => void = () => undefined;
    const stuck = queue.add('a', () => new Promise<void>((resolve) => (letGo = resolve)));
    nowMs = 5000;
    await queue.add('b', async () => undefined);
    expect(queue.oldest()).toBe(1000);
    letGo();
    await stuck;
    await queue.idle();
    expect([queue.oldest(), queue.depth()]).toEqual([undefined, 0]);
  });
});
