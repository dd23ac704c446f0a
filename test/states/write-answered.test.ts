import { describe, expect, it } from 'vitest';
import type { AnsweredWrite } from '../../src/core/answered-write.ts';
import { judgeWrite } from '../../src/states/write-answered.ts';
import { notRead } from '../support/fake-shown.ts';
import { NOW, read, sqlOf } from '../support/healthy-cluster.ts';

const SYSTEM = '7711123950511697988';
const sql = sqlOf('pg2', 'pg2', 8, SYSTEM);
const write: AnsweredWrite = {
  ...{ atMs: NOW + 50, systemId: SYSTEM, timeline: 8, through: '10.0.0.100:5000' },
  postmasterStartedAtMs: sql.postmasterStartedAtMs,
};
const args = { cluster: 'billing', member: 'pg2', timeline: 8 };
const judged = (change: Partial<AnsweredWrite> = {}) =>
  judgeWrite(args, { sql: read(sql), write: read({ ...write, ...change }), sinceMs: NOW });

describe('a confirmed write', () => {
  it('proves a promotion when this very server took it, on its timeline, since the step began', () => {
    expect(judged()).toMatchObject({ holds: true, says: 'a write through 10.0.0.100:5000 was confirmed by pg2 on timeline 8' });
  });

  it.each<readonly [string, Partial<AnsweredWrite>, string]>([
    ['before the step began', { atMs: NOW - 1 }, 'was confirmed since'],
    ['by the old primary, on its timeline', { timeline: 7 }, 'was taken on timeline 7'],
    ['by another server', { postmasterStartedAtMs: 1 }, 'another server than pg2'],
    ['by another cluster', { systemId: '99' }, 'another database cluster (system identifier 99)'],
  ])('proves nothing %s', (_case, change, why) => {
    expect(judged(change)).toMatchObject({ holds: false, why: expect.stringContaining(why) });
  });

  it('is said to be missing with the reason of the probe, and can not come once the timeline is past', () => {
    const none = judgeWrite(args, {
      sql: read(sql),
      write: notRead('no write was confirmed yet: connection refused'),
      sinceMs: NOW,
    });
    expect(none).toMatchObject({ holds: false, why: expect.stringContaining('connection refused') });
    const later = judgeWrite({ ...args, timeline: 7 }, { sql: read(sql), write: read(write), sinceMs: NOW });
    expect(later).toMatchObject({ holds: false, impossible: true });
  });
});
