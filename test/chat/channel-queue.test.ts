import { describe, expect, it } from 'vitest';
import { createChannelQueue } from '../../src/chat/channel-queue.ts';

describe('the queue of a channel', () => {
  it('lets news pass what still waits, keeps the order of news and of the rest, and goes on after a failure', async () => {
    const queue = createChannelQueue({ now: () => 0 });
    const done: string[] = [];
    const task = (name: string) => async () => {
      done.push(name);
      if (name === 'phase 1') throw new Error('refused');
    };
    const all = [
      queue.add('alerts', task('parent')),
      queue.add('alerts', task('phase 1')),
      queue.add('alerts', task('phase 2')),
      queue.add('alerts', task('signal 1'), true),
      queue.add('alerts', task('signal 2'), true),
      queue.add('ops', task('other channel')),
    ];
    expect(queue.depth()).toBe(6);
    await Promise.allSettled(all);
    expect(done.filter((name) => name !== 'other channel')).toEqual(['parent', 'signal 1', 'signal 2', 'phase 1', 'phase 2']);
    await queue.idle();
    expect([queue.depth(), queue.oldest()]).toEqual([0, undefined]);
    await queue.add('alerts', task('later'));
    expect(done.at(-1)).toBe('later');
  });
});
