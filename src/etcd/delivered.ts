import type { IWatchResponse } from 'etcd3';
import type { EtcdRead } from './client.ts';

export interface WatchEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** UTF-8; empty for a delete. */
  readonly value: string;
  /** The value before, when etcd still has it. */
  readonly prevValue?: string;
  /** Decimal text; `0` when the key has no lease. */
  readonly lease: string;
}

/** All events of one etcd revision under the prefix, in etcd's order. */
export interface WatchBatch {
  readonly revision: number;
  readonly events: readonly WatchEvent[];
}

/** What a watch has handed on: the resume point, and each key's last revision for the audit. */
export interface Delivered {
  /** The revision to ask for next. Moved by events only: progress notifications may run ahead of events (etcd-io/etcd#15220). */
  next(): number;
  /** The batches of a response that were not delivered before, oldest first; each is noted as delivered when it is yielded. */
  take(response: IWatchResponse): Generator<WatchBatch>;
  /** What a read shows and was not delivered; empty when all was. */
  missing(read: EtcdRead): readonly string[];
  restart(next: number, read?: EtcdRead): void;
}

export function createDelivered(): Delivered {
  let next = 1;
  let keys = new Map<string, number>();
  return {
    next: () => next,
    *take({ events }) {
      const fresh = events.filter((event) => Number(event.kv.mod_revision) >= next);
      for (const [revision, group] of byRevision(fresh)) {
        for (const { type, kv } of group) note(keys, isDelete(type), kv.key.toString(), revision);
        next = revision + 1;
        yield { revision, events: group.map(toEvent) };
      }
    },
    missing(read) {
      const seen = new Set(read.entries.map(({ key }) => key));
      const puts = read.entries.filter(({ key, modRevision }) => (keys.get(key) ?? 0) < modRevision && modRevision >= next);
      const deletes = [...keys].filter(([key, revision]) => !seen.has(key) && revision <= read.revision);
      return [...puts.map(({ key }) => key), ...deletes.map(([key]) => key)];
    },
    restart(from, read) {
      next = from;
      keys = new Map(read?.entries.map(({ key, modRevision }) => [key, modRevision]));
    },
  };
}

type RawEvent = IWatchResponse['events'][number];

/** Proto3 enums arrive as their names (`PUT`, `DELETE`) though the client's types say otherwise. */
function isDelete(type: RawEvent['type']): boolean {
  return String(type).toUpperCase() === 'DELETE';
}

function note(keys: Map<string, number>, deleted: boolean, key: string, revision: number): void {
  if ((keys.get(key) ?? 0) > revision) return;
  if (deleted) keys.delete(key);
  else keys.set(key, revision);
}

function byRevision(events: readonly RawEvent[]): ReadonlyMap<number, RawEvent[]> {
  const groups = new Map<number, RawEvent[]>();
  for (const event of events) {
    const revision = Number(event.kv.mod_revision);
    const group = groups.get(revision);
    if (group) group.push(event);
    else groups.set(revision, [event]);
  }
  return groups;
}

function toEvent({ type, kv, prev_kv: previous }: RawEvent): WatchEvent {
  const deleted = isDelete(type);
  return {
    type: deleted ? 'delete' : 'put',
    key: kv.key.toString(),
    value: deleted ? '' : kv.value.toString(),
    ...(previous ? { prevValue: previous.value.toString() } : {}),
    lease: deleted ? (previous?.lease ?? '0') : kv.lease,
  };
}
