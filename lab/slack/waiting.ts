import type { ControlClient } from './control-client.ts';
import type { JournalEntry } from './journal.ts';
import type { Message } from './message.ts';
import { monotonicMs } from './monotonic.ts';

export interface Wait {
  /** Milliseconds; 5000 when absent. */
  readonly withinMs?: number;
  /** Look only here. */
  readonly channel?: string;
}

/** The first message that fits, as soon as it is there; otherwise an error that lists what was there. */
export async function waitForMessage(
  client: ControlClient,
  fits: (message: Message) => boolean,
  wait: Wait = {},
): Promise<Message> {
  const { withinMs = 5000, channel } = wait;
  const deadline = monotonicMs() + withinMs;
  for (let seen = await lastSeq(client); ; ) {
    const messages = await client.ask<Message[]>('messages', { channel });
    const found = messages.find(fits);
    if (found) return found;
    const left = deadline - monotonicMs();
    if (left <= 0)
      throw new Error(`No such message within ${withinMs} ms. There was:\n${messages.map(line).join('\n') || '(nothing)'}`);
    // People's own messages are not journalled where the bot is no member, so look again four times a second anyway.
    const entries = await client.ask<JournalEntry[]>('journal', { after: seen, waitMs: Math.min(left, 250) });
    seen = entries.at(-1)?.seq ?? seen;
  }
}

/** The first journal entry after `after` (0) that fits; otherwise an error that lists the last ones. */
export async function waitForEntry(
  client: ControlClient,
  fits: (entry: JournalEntry) => boolean,
  wait: Wait & { after?: number } = {},
): Promise<JournalEntry> {
  const { withinMs = 5000, after = 0 } = wait;
  const deadline = monotonicMs() + withinMs;
  for (let seen = after; ; ) {
    const left = deadline - monotonicMs();
    const entries = await client.ask<JournalEntry[]>('journal', { after: seen, waitMs: Math.max(1, Math.min(left, 1000)) });
    const found = entries.find(fits);
    if (found) return found;
    seen = entries.at(-1)?.seq ?? seen;
    if (left > 0) continue;
    const last = (await client.ask<JournalEntry[]>('journal', { after })).slice(-20);
    throw new Error(
      `Nothing such in the journal within ${withinMs} ms. Last:\n${last.map((each) => JSON.stringify(each)).join('\n')}`,
    );
  }
}

async function lastSeq(client: ControlClient): Promise<number> {
  return (await client.ask<{ seq: number }>('mark')).seq;
}

function line(message: Message): string {
  const where = `#${message.place}${message.threadTs ? ' (thread)' : ''}${message.onlyFor ? ` (only ${message.onlyFor})` : ''}`;
  return `  ${where} ${message.user}: ${message.shown.replaceAll('\n', ' | ').slice(0, 300)}`;
}
