import { describe, expect, it } from 'vitest';
import { createTermBook } from '../../src/etcd/term-book.ts';

function book() {
  let nowMs = 1000;
  const made = createTermBook({ now: () => nowMs });
  const saw = (atMs: number, term: string, cluster = 'c1') => {
    nowMs = atMs;
    made.saw(cluster, term);
  };
  return { saw, says: () => made.says() };
}

describe('the raft term that a process saw', () => {
  it('is not known before an answer came, nor by one without a term', () => {
    const { saw, says } = book();
    saw(1000, '0');
    saw(1000, 'x');
    expect(says()).toBeUndefined();
  });

  it('stays since its first sight, whatever was not looked at meanwhile, because a term never comes back', () => {
    const { saw, says } = book();
    saw(1000, '7');
    saw(900_000, '7');
    expect(says()).toEqual({ term: '7', sinceMs: 1000, watchedSinceMs: 1000 });
  });

  it('changed between the last sight of the old and the first of the new', () => {
    const { saw, says } = book();
    saw(1000, '9');
    saw(5000, '9');
    saw(8000, '10');
    saw(9000, '10');
    expect(says()).toEqual({ term: '10', sinceMs: 8000, formerSeenAtMs: 5000, watchedSinceMs: 1000 });
  });

  it('is not changed by an answer that came late', () => {
    const { saw, says } = book();
    saw(1000, '7');
    saw(2000, '8');
    saw(3000, '7');
    expect(says()).toMatchObject({ term: '8', sinceMs: 2000 });
  });

  it('begins anew with another etcd cluster', () => {
    const { saw, says } = book();
    saw(1000, '7');
    saw(2000, '2', 'c2');
    expect(says()).toEqual({ term: '2', sinceMs: 2000, watchedSinceMs: 2000 });
  });
});
