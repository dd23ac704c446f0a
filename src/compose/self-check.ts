import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import { within } from '../core/within.ts';
import type { Part } from '../observe/http-server.ts';
import type { Paging } from '../paging/paging.ts';
import type { Seen } from '../store/seen.ts';
import type { WatchingAlerts } from './build-alerts.ts';
import type { RedisGuard } from './redis-guard.ts';

interface Needs {
  readonly alerts: Pick<WatchingAlerts, 'heard' | 'watches'>;
  readonly guard: Pick<RedisGuard, 'mustBeSafe'>;
  readonly seen: Pick<Seen, 'seenBefore'>;
  readonly chat: Pick<Chat, 'probe' | 'health'>;
  readonly paging: Pick<Paging, 'oldest'>;
  /** What lasts is looked for: how many clusters and etcds this bot has, and when it last ended a look. */
  readonly patrol?: { standing(): { readonly posts: number; readonly lastLookAtMs: number | undefined } } | undefined;
  /** Milliseconds that something may wait to be told. */
  readonly oldestOutboxMs: number;
  readonly clock: Clock;
}

/** Watches are compared with a fresh read every 10 s, and a cluster is looked at as often; some may fail. */
const HEARD_WITHIN_MS = 45_000;
const LOOKED_WITHIN_MS = 90_000;
const WITHIN_MS = 12_000;
const KEEP_MS = 60_000;

/**
 * Whether a leader change would be told now, part by part, from etcd to Slack: each watch has delivered all that a fresh read of etcd
 * shows, Redis takes a write (and replicas confirm where they must), Slack answers, nothing waits for too long, and what lasts is looked
 * for.
 */
export function createSelfCheck(needs: Needs): () => Promise<readonly Part[]> {
  const { alerts, guard, seen, chat, clock } = needs;
  const asked = (name: string, task: () => Promise<unknown>) => part(name, () => within(clock, WITHIN_MS, task()));
  return () =>
    Promise.all([
      part('etcd watch', async () => heardAll(alerts, clock.now())),
      asked('redis write', async () => {
        guard.mustBeSafe();
        await seen.seenBefore(`heartbeat ${clock.now()}`, KEEP_MS);
      }),
      asked('slack', () => chat.probe()),
      part('outbox', async () => inTime(needs)),
      part('patrol', async () => looked(needs)),
    ]);
}

async function part(name: string, task: () => Promise<unknown>): Promise<Part> {
  try {
    await task();
    return { name, ok: true, says: 'works' };
  } catch (error) {
    return { name, ok: false, says: asError(error).message };
  }
}

function heardAll({ watches, heard }: Needs['alerts'], nowMs: number): void {
  const at = heard();
  const late = watches.flatMap((watch) => {
    const ms = at.get(watch);
    if (ms === undefined) return [`${watch} was never heard`];
    return nowMs - ms > HEARD_WITHIN_MS ? [`${watch} was last heard ${formatDuration(nowMs - ms)} ago`] : [];
  });
  if (late.length > 0) throw new Error(late.join(', '));
}

function inTime({ chat, paging, oldestOutboxMs, clock }: Needs): void {
  const waits = [
    ['Slack', chat.health().outboxSinceMs],
    ['a target', paging.oldest()],
  ] as const;
  for (const [whom, sinceMs] of waits) {
    const ms = clock.now() - (sinceMs ?? clock.now());
    if (ms > oldestOutboxMs) throw new Error(`something waits for ${whom} since ${formatDuration(ms)}`);
  }
}

function looked({ patrol, clock }: Needs): void {
  const { posts = 0, lastLookAtMs } = patrol?.standing() ?? {};
  // The posts of other bots are theirs to look at.
  if (posts === 0) return;
  if (lastLookAtMs === undefined) throw new Error('no look at a cluster has ended yet');
  const ms = clock.now() - lastLookAtMs;
  if (ms > LOOKED_WITHIN_MS) throw new Error(`the last look at a cluster ended ${formatDuration(ms)} ago`);
}
