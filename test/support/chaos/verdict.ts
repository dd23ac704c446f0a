import type { Message } from '../../../lab/slack/workspace.ts';
import type { LeaderEvent } from './etcd-record.ts';

/** How the messages of one channel compare with what etcd's history holds. */
export interface Verdict {
  readonly expected: number;
  /** Ids that no accepted message carries. */
  readonly missed: readonly string[];
  /** Ids that more than one message carries. */
  readonly doubled: readonly string[];
  /** Ids that were told after a later one of the same cluster. */
  readonly swapped: readonly string[];
  /** The same within one parent message and its thread. */
  readonly swappedInThread: readonly string[];
  /** Ids of signals that no leader event made: leaders that do not answer. */
  readonly others: readonly string[];
  /** Those told again, by the same id or by another for the same leadership. */
  readonly othersAgain: readonly string[];
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

interface Evidence {
  readonly events: readonly LeaderEvent[];
  readonly messages: readonly Message[];
  readonly idOf: (event: LeaderEvent) => string;
  /** Revision -> when its writer knew of it. */
  readonly acked: ReadonlyMap<number, number>;
}

export function judge({ events, messages, idOf, acked }: Evidence): Verdict {
  const told = messages.flatMap((message) => {
    const id = signalIdOf(message);
    return id === undefined ? [] : [{ id, at: message.acceptedAt ?? 0, thread: message.threadTs ?? message.ts }];
  });
  const wanted = new Map(events.map((event) => [idOf(event), event] as const));
  const counts = new Map<string, number>();
  for (const { id } of told) counts.set(id, (counts.get(id) ?? 0) + 1);
  const inOrder = told
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ id, at, thread }) => {
      const event = wanted.get(id);
      return event ? [{ id, at, thread, ...event }] : [];
    });
  const others = told.flatMap(({ id }) => (wanted.has(id) ? [] : [id]));
  const delays = inOrder
    .flatMap(({ revision, at }) => {
      const since = acked.get(revision);
      return since === undefined ? [] : [Math.max(0, at - since)];
    })
    .toSorted((a, b) => a - b);
  return {
    expected: wanted.size,
    missed: [...wanted.keys()].filter((id) => !counts.has(id)),
    doubled: [...wanted.keys()].filter((id) => (counts.get(id) ?? 0) > 1),
    swapped: outOfOrder(inOrder, ({ cluster }) => cluster),
    swappedInThread: outOfOrder(inOrder, ({ thread }) => thread),
    others,
    othersAgain: others.filter((id, i) => others.findIndex((other) => leadershipOf(other) === leadershipOf(id)) < i),
    p50Ms: at(delays, 0.5),
    p99Ms: at(delays, 0.99),
  };
}

/** The id of the signal that a message tells. */
export function signalIdOf({ metadata }: Message): string | undefined {
  const payload: unknown = metadata?.event_payload;
  const isSignal = metadata?.event_type === 'trunkline_signal' || metadata?.event_type === 'naive';
  if (!isSignal || typeof payload !== 'object' || payload === null || !('id' in payload)) return undefined;
  return String(payload.id);
}

/** `CLUSTER-REVISION-NAME-silent-MINUTE`: the minute is the prober's own. */
function leadershipOf(id: string): string {
  return id.replace(/-silent-\d+/, '-silent');
}

interface Told {
  readonly id: string;
  readonly revision: number;
  readonly cluster: string;
  readonly thread: string;
}

function outOfOrder(told: readonly Told[], groupOf: (told: Told) => string): readonly string[] {
  const newest = new Map<string, number>();
  return told.flatMap((each) => {
    const group = groupOf(each);
    const before = newest.get(group) ?? 0;
    newest.set(group, Math.max(before, each.revision));
    return each.revision < before ? [each.id] : [];
  });
}

function at(sorted: readonly number[], share: number): number | undefined {
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return found === undefined ? undefined : Math.round(found);
}
