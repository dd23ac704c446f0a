import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import type { Posted } from './find-posted.ts';
import { isRefusedBySlack, type Lane } from './lane.ts';
import { render } from './render.ts';

/** Edits of messages: for each message at most one in 3 s, the newest state wins, and the last state always arrives. */
export interface Edits {
  set(where: Posted, message: Message): void;
  /** Messages that do not show their newest state yet. */
  depth(): number;
  /** Sends what waits without its pause and resolves when everything is delivered or given up. */
  flush(): Promise<void>;
}

/** chat.update is Tier 3, some 50 a minute for a whole workspace (docs.slack.dev, Rate limits). */
const BETWEEN_EDITS_MS = 3000;
/** A run's message must end right even after a long outage of Slack. */
const PATIENCE_MS = 30 * 60_000;
const FORGET_ABOVE = 500;

interface Entry {
  pending?: Message | undefined;
  shown?: string;
  nextAtMs: number;
  worker?: Promise<void> | undefined;
  hurry: AbortController;
}

export function createEdits(options: { lane: Lane; clock: Clock; log: Log; redact: Redact }): Edits {
  const { lane, clock, log, redact } = options;
  const entries = new Map<string, Entry>();

  async function work(where: Posted, entry: Entry): Promise<void> {
    while (entry.pending) {
      await clock.sleep(Math.max(0, entry.nextAtMs - clock.now()), entry.hurry.signal).catch(() => undefined);
      const message = entry.pending;
      entry.pending = undefined;
      await deliver(where, entry, message).catch((error: unknown) => {
        const gone = isRefusedBySlack(error);
        log.error('a message could not be edited', { ...where, gone, why: asError(error).message });
      });
    }
    entry.worker = undefined;
  }

  async function deliver({ channel, ts }: Posted, entry: Entry, message: Message): Promise<void> {
    const { text, blocks } = render(message, redact, 'note');
    const state = JSON.stringify([text, blocks]);
    if (state === entry.shown) return;
    entry.nextAtMs = clock.now() + BETWEEN_EDITS_MS;
    await lane.call('chat.update', { channel, ts, text, blocks, parse: 'none' }, { when: 'repeat', withinMs: PATIENCE_MS });
    entry.shown = state;
    entry.nextAtMs = clock.now() + BETWEEN_EDITS_MS;
  }

  function forgetOld(): void {
    if (entries.size <= FORGET_ABOVE) return;
    for (const [key, entry] of entries) if (!entry.worker && entry.nextAtMs <= clock.now()) entries.delete(key);
  }

  return {
    set(where, message) {
      const key = `${where.channel} ${where.ts}`;
      const entry = entries.get(key) ?? { nextAtMs: 0, hurry: new AbortController() };
      entries.set(key, entry);
      entry.pending = message;
      entry.worker ??= work(where, entry);
      forgetOld();
    },
    depth: () => [...entries.values()].filter((entry) => entry.worker).length,
    async flush() {
      const working = [...entries.values()].filter((entry) => entry.worker);
      for (const entry of working) entry.hurry.abort();
      await Promise.all(working.map((entry) => entry.worker));
      for (const entry of working) entry.hurry = new AbortController();
    },
  };
}
