import type { Clock } from '../core/clock.ts';
import type { EtcdTerm } from '../core/etcd-term.ts';

/** What this process saw of the raft term of one etcd cluster. */
export interface TermBook {
  /** Each answer of etcd carries the term (etcd API, ResponseHeader.raft_term). An older one than was seen came late and tells nothing. */
  saw(clusterId: string, term: string): void;
  says(): EtcdTerm | undefined;
}

/**
 * A term never goes down and each leader has one of its own (Raft paper, 5.1 and 5.2), so the same term at two moments proves that
 * the leader was the same all the time between them, whatever was not looked at. Another etcd cluster begins another book.
 */
export function createTermBook(clock: Pick<Clock, 'now'>): TermBook {
  let cluster: string | undefined;
  let book: { term: bigint; sinceMs: number; lastMs: number; watchedSinceMs: number; before?: number } | undefined;
  return {
    saw(clusterId, text) {
      if (!/^\d{1,20}$/.test(text) || text === '0') return;
      const [term, nowMs] = [BigInt(text), clock.now()];
      if (clusterId !== cluster || !book) {
        cluster = clusterId;
        book = { term, sinceMs: nowMs, lastMs: nowMs, watchedSinceMs: nowMs };
      } else if (term === book.term) book = { ...book, lastMs: nowMs };
      else if (term > book.term)
        book = { term, sinceMs: nowMs, lastMs: nowMs, watchedSinceMs: book.watchedSinceMs, before: book.lastMs };
    },
    says() {
      if (!book) return undefined;
      const { term, sinceMs, watchedSinceMs, before } = book;
      return { term: String(term), sinceMs, watchedSinceMs, ...(before === undefined ? {} : { formerSeenAtMs: before }) };
    },
  };
}
