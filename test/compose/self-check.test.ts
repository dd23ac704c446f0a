import { describe, expect, it } from 'vitest';
import { createSelfCheck } from '../../src/compose/self-check.ts';
import { unreachable } from '../../src/core/errors.ts';
import { createFakeClock } from '../chat/fake-clock.ts';

type Needs = Parameters<typeof createSelfCheck>[0];

/** Everything works but for what is told. */
async function troubles(change: (nowMs: number) => Partial<Needs>): Promise<readonly string[]> {
  const clock = createFakeClock();
  const nowMs = clock.now();
  const check = createSelfCheck({
    alerts: { watches: ['main/service/'], heard: () => new Map([['main/service/', nowMs - 10_000]]) },
    guard: { mustBeSafe: () => undefined },
    seen: { seenBefore: async () => false },
    chat: { probe: async () => undefined, health: () => ({ open: 2, wanted: 2, outboxDepth: 1, outboxSinceMs: nowMs - 1000 }) },
    paging: { oldest: () => undefined },
    patrol: { standing: () => ({ posts: 3, lastLookAtMs: nowMs - 9000 }) },
    ...{ oldestOutboxMs: 120_000, clock },
    ...change(nowMs),
  });
  const parts = await clock.until(check());
  return parts.filter(({ ok }) => !ok).map(({ name, says }) => `${name}: ${says}`);
}
const never = () => new Promise<never>(() => undefined);

describe('the check of the whole way before a beat', () => {
  it('finds nothing while all works, and with no cluster of its own to look at', async () => {
    expect(await troubles(() => ({}))).toEqual([]);
    expect(await troubles(() => ({ patrol: { standing: () => ({ posts: 0, lastLookAtMs: undefined }) } }))).toEqual([]);
    expect(await troubles(() => ({ patrol: undefined }))).toEqual([]);
  });

  it.each<[string, (nowMs: number) => Partial<Needs>, string]>([
    [
      'a watch that is silent, though its stream may stand',
      (now) => ({ alerts: { watches: ['main/service/'], heard: () => new Map([['main/service/', now - 60_000]]) } }),
      'etcd watch: main/service/ was last heard 1 min ago',
    ],
    [
      'a watch that was never compared with a read',
      () => ({ alerts: { watches: ['main/service/'], heard: () => new Map() } }),
      'etcd watch: main/service/ was never heard',
    ],
    [
      'a Redis that takes no write',
      () => ({ seen: { seenBefore: () => Promise.reject(unreachable('READONLY', 'x')) } }),
      'redis write: READONLY',
    ],
    [
      'a Redis that no replica confirms',
      () => ({
        guard: {
          mustBeSafe() {
            throw unreachable('no replica confirms', 'x');
          },
        },
      }),
      'redis write: no replica confirms',
    ],
    ['a Redis that does not answer', () => ({ seen: { seenBefore: never } }), 'redis write: no answer within 12 s'],
    [
      'a Slack that refuses the token',
      () => ({
        chat: {
          probe: () => Promise.reject(unreachable('auth.test: Slack refuses it (token_revoked)', 'x')),
          health: () => ({ open: 0, wanted: 2, outboxDepth: 0 }),
        },
      }),
      'slack: auth.test: Slack refuses it (token_revoked)',
    ],
    [
      'a post that waits for too long',
      (now) => ({
        chat: {
          probe: async () => undefined,
          health: () => ({ open: 2, wanted: 2, outboxDepth: 1, outboxSinceMs: now - 180_000 }),
        },
      }),
      'outbox: something waits for Slack since 3 min',
    ],
    [
      'a page that waits for too long',
      (now) => ({ paging: { oldest: () => now - 180_000 } }),
      'outbox: something waits for a target since 3 min',
    ],
    [
      'clusters that nobody looks at any more',
      (now) => ({ patrol: { standing: () => ({ posts: 3, lastLookAtMs: now - 120_000 }) } }),
      'patrol: the last look at a cluster ended 2 min ago',
    ],
  ])('finds %s', async (_, change, says) => {
    expect(await troubles(change)).toEqual([says]);
  });
});
