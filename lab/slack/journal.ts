import type { Json } from './json.ts';
import { monotonicMs } from './monotonic.ts';

/** One thing that the front saw. `at` is `monotonicMs()`, so it can be compared across processes of this machine. */
export interface JournalEntry {
  seq: number;
  at: number;
  kind: EntryKind;
  data: Json;
}

/**
 * `call` a Web API method was called and answered; `message` / `update` / `delete` a change of a message was accepted;
 * `sent` an envelope left for the bot and `ack` was acknowledged (or not); `file`, `view`, `socket`, `fault` as they say.
 */
export type EntryKind = 'call' | 'message' | 'update' | 'delete' | 'sent' | 'ack' | 'file' | 'view' | 'socket' | 'fault';

export interface Journal {
  add(kind: EntryKind, data: Json, at?: number): JournalEntry;
  /** Entries after `seq`, oldest first. */
  after(seq: number): JournalEntry[];
  last(): number;
  /** Resolves as soon as there is something after `seq`, or after `millis`. */
  changed(seq: number, millis: number): Promise<void>;
}

const kept = 50_000;

export function openJournal(): Journal {
  let entries: JournalEntry[] = [];
  let seq = 0;
  const waiting = new Set<() => void>();
  return {
    add(kind, data, at = monotonicMs()) {
      seq += 1;
      const entry = { seq, at, kind, data };
      entries.push(entry);
      if (entries.length > kept * 2) entries = entries.slice(-kept);
      for (const wake of [...waiting]) wake();
      return entry;
    },
    after: (from) => entries.slice(Math.max(0, entries.length - (seq - from))),
    last: () => seq,
    changed: (from, millis) =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, millis);
        waiting.add(wake);
        if (seq > from) wake();
      }),
  };
}
