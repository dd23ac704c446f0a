import { describe, expect, it } from 'vitest';
import type { SqlMember } from '../../src/core/cluster.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { Server } from '../../src/core/server.ts';
import { judgeSecond } from '../../src/states/no-second-primary.ts';
import { notRead } from '../support/fake-shown.ts';
import { healthyCluster, read, sqlOf } from '../support/healthy-cluster.ts';

const SYSTEM = '7711123950511697988';
const args = { cluster: 'ledger', member: 'pg1', timeline: 7 };
const heir = read(sqlOf('pg2', 'pg2', 8, SYSTEM));
const leads = read(sqlOf('pg1', 'pg1', 7, SYSTEM));
const follows = read(sqlOf('pg1', 'pg2', 8, SYSTEM));
const { pg1 } = healthyCluster().servers;
const server = (standbySignal: boolean): Reading<Server> =>
  pg1?.ok ? { ...pg1, value: { ...pg1.value, process: 'stopped', standbySignal } } : notRead();
const running: Reading<Server> =
  pg1?.ok && pg1.value.control
    ? {
        ...pg1,
        value: {
          ...pg1.value,
          process: 'running',
          standbySignal: true,
          control: { ...pg1.value.control, state: 'in production' },
        },
      }
    : notRead();

describe('a primary that was replaced without being fenced', () => {
  it.each<readonly [string, Reading<SqlMember>, Reading<SqlMember>, Reading<Server>, boolean, string]>([
    [
      'is away',
      notRead(),
      heir,
      notRead(),
      false,
      'its host does not answer; when it is back, PostgreSQL starts there as a primary',
    ],
    ['is back as a primary', leads, heir, server(false), false, 'pg1 came back and takes writes beside pg2: two primaries'],
    ['is back, and stopped', notRead(), heir, server(false), false, 'a start of PostgreSQL there makes a second primary'],
    ['is back, and marked', notRead(), heir, server(true), true, 'there is a standby.signal on pg1'],
    [
      'is back as a primary that answers nobody, marked or not',
      notRead(),
      heir,
      running,
      false,
      'PostgreSQL runs on pg1 as a primary beside pg2 and does not answer by SQL',
    ],
    ['is a standby', follows, heir, server(true), true, 'pg1 is a standby'],
    ['was not replaced', notRead(), read(sqlOf('pg2', 'pg1', 7, SYSTEM)), notRead(), true, 'nobody leads in the place of pg1'],
    ['may have been replaced', leads, notRead(), server(false), false, 'who leads in the place of pg1 is not known'],
  ])('%s', (_case, old, other, host, holds, words) => {
    const verdict = judgeSecond(
      args,
      new Map([
        ['pg1', old],
        ['pg2', other],
      ]),
      host,
    );
    expect(verdict.holds).toBe(holds);
    expect(verdict.holds ? verdict.says : verdict.why).toContain(words);
  });
});
