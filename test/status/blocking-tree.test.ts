import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/core/sessions.ts';
import { blockingTree } from '../../src/status/blocking-tree.ts';

const session = (pid: number, ...blockedBy: number[]): Session => ({
  ...{ pid, kind: 'client backend', user: 'app', application: '', database: 'shop', state: 'active', query: '', blockedBy },
});
const tree = (...sessions: Session[]) => blockingTree(sessions).map(({ pid, depth, blocks }) => [pid, depth, blocks]);

describe('the tree of who waits for whom', () => {
  it('has the root that holds up most before others, and below it those that wait for it, directly or behind others', () => {
    expect(tree(session(1), session(2, 1), session(3, 2), session(4, 2), session(8), session(9, 8))).toEqual([
      ...[
        [1, 0, 3],
        [2, 1, 2],
        [3, 2, 0],
        [4, 2, 0],
      ],
      ...[
        [8, 0, 1],
        [9, 1, 0],
      ],
    ]);
  });

  it('has a session that waits for several once', () => {
    expect(tree(session(1), session(2), session(3, 1, 2))).toEqual([
      [1, 0, 1],
      [3, 1, 0],
      [2, 0, 1],
    ]);
  });

  it('has a prepared transaction as a root, which has no session', () => {
    expect(blockingTree([session(3, 0)])).toMatchObject([
      { pid: 0, session: undefined, depth: 0, blocks: 1 },
      { pid: 3, depth: 1 },
    ]);
  });

  it('ends in a circle, which PostgreSQL itself breaks only after a second', () => {
    expect(tree(session(1, 2), session(2, 1)).map(([pid]) => pid)).toEqual([1, 2]);
  });

  it('is empty where nobody waits', () => {
    expect(tree(session(1))).toEqual([]);
  });
});
