import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/core/message.ts';
import { activityMessage } from '../../src/status/activity-message.ts';
import { logMessage } from '../../src/status/log-message.ts';
import { safeLogLine } from '../../src/core/safe-log-line.ts';
import { slotsMessage, type SlotsRead } from '../../src/status/slots-message.ts';
import { notRead } from '../support/fake-cluster.ts';
import { sessions, slot } from '../support/fake-closer.ts';
import { healthyCluster, MIB, NOW, read } from '../support/healthy-cluster.ts';
import { messageLines } from '../support/message-lines.ts';

const limits = { longTransactionMs: 15_000, maxPreparedTransactionMs: 60_000 };
const asked = { cluster: 'billing', member: 'pg1', limits };
const told = (message: Message) => messageLines(message).join('\n');

describe('/pg activity', () => {
  const holder = {
    ...{ pid: 10, kind: 'client backend', user: 'app', application: 'reports', database: 'shop', client: '10.0.0.5' },
    ...{
      state: 'idle in transaction',
      transactionMs: 720_000,
      stateMs: 600_000,
      query: "ALTER ROLE x PASSWORD 'hunter2'",
      blockedBy: [],
    },
  };
  const waiter = {
    ...holder,
    pid: 11,
    state: 'active',
    wait: 'Lock: transactionid',
    query: 'update t set a = 1',
    blockedBy: [10],
  };

  it('shows the root blocker first, with its shape of statement and no constant of it', () => {
    const message = activityMessage(asked, read({ ...sessions(), shown: [waiter, holder] }));
    expect(message.summary).toBe('billing pg1: 1 session blocks 1, the oldest transaction is 12 min old');
    expect(told(message)).toContain(
      [
        '[bad] 10 app (reports) from 10.0.0.5 in shop: idle in transaction for 10 min, transaction 12 min old, blocks 1',
        "  [] last: ALTER ROLE x PASSWORD '?'",
        '  [waiting] ↳ 11 app (reports) from 10.0.0.5 in shop: active for 10 min, transaction 12 min old, waits for Lock transactionid',
        '  [] update t set a = ?',
      ].join('\n'),
    );
    expect(JSON.stringify(message)).not.toContain('hunter2');
  });

  it('shows what else holds vacuum or a shutdown up: prepared transactions, vacuums, old ids, backups', () => {
    const text = told(
      activityMessage(
        asked,
        read({
          ...sessions(),
          preparedCount: 7,
          prepared: [{ gid: 'x1', owner: 'app', database: 'shop', ageMs: 90_000 }],
          wraparoundVacuums: [
            { pid: 9, database: 'shop', what: 'autovacuum: VACUUM public.t (to prevent wraparound)', ageMs: 5000 },
          ],
          oldestXid: { database: 'shop', age: 400_000_000 },
          backups: [{ pid: 8, phase: 'streaming database files', doneBytes: MIB, totalBytes: 4 * MIB }],
        }),
      ),
    );
    expect(text).toContain('[warn] x1 of app in shop: prepared 1 min 30 s ago, its locks stay until it is decided');
    expect(text).toContain('(and 2 more)');
    expect(text).toContain('9 VACUUM public.t (to prevent wraparound) in shop, for 5 s: does not give way to locks');
    expect(text).toContain('oldest transaction id of shop is 400 million old');
    expect(text).toContain('[busy] 8 streaming database files, 1 MiB of 4 MiB');
  });

  it('says that nobody is blocked, and when nothing could be read', () => {
    expect(activityMessage(asked, read(sessions())).summary).toBe('billing pg1: nobody is blocked');
    expect(activityMessage(asked, notRead('no answer within 2 s')).summary).toMatch(/cannot be read, no answer within 2 s/);
  });
});

describe('/pg slots', () => {
  const { dcs } = healthyCluster().snapshot;
  const shown = (...slots: ReturnType<typeof slot>[]): SlotsRead => ({
    cluster: 'billing',
    members: [{ name: 'pg1', isPrimary: true, feeds: [], slots: read(slots) }],
    dcs: dcs as NonNullable<SlotsRead['dcs']>,
    debts: [],
    warnBytes: 100 * MIB,
  });

  it('says whose each is, who uses it and what it keeps', () => {
    const text = told(slotsMessage(shown(slot('pg2', true))));
    expect(text).toContain("[ok] pg2: physical, Patroni's for pg2, used by pg2 (10.0.0.2), keeps 1 MiB of WAL, reserved");
    expect(text).toContain('billing: 1 slot, no problem');
  });

  it.each([
    [slot('left', false), /Nobody uses left, and neither a member nor Patroni's configuration owns it: drop it/],
    [slot('pg2', false), /Nobody uses pg2 \(Patroni's for pg2\): see why its member does not stream/],
    [slot('x', false, { walStatus: 'lost' }), /x is lost: the WAL it needs is gone/],
    [slot('x', true, { walStatus: 'unreserved' }), /lost at one of the next checkpoints/],
    [slot('x', true, { safeWalBytes: 1 }), /near max_slot_wal_keep_size/],
    [slot('x', true, { retainedBytes: 200 * MIB }), /keeps 200 MiB of WAL \(limit 100 MiB\): its consumer is slow/],
    [slot('x', true, { xminAge: 150_000_000 }), /150 million transactions/],
  ])('has a sentence for %j', (one, sentence) => {
    expect(told(slotsMessage(shown(one)))).toMatch(sentence);
  });

  it('does not blame the slot of a member that a standby feeds, and says which logical slots a change of the leader loses', () => {
    const on = shown();
    const cdc = { ...slot('cdc', true), kind: 'logical' as const, plugin: 'pgoutput', database: 'shop' };
    const members = [
      { name: 'pg1', isPrimary: true, feeds: ['pg2'], slots: read([cdc, slot('pg3', false)]) },
      { name: 'pg2', isPrimary: false, feeds: ['pg3'], slots: read([]) },
    ];
    const text = told(slotsMessage({ ...on, members }));
    expect(text).toContain('billing: 2 slots, no problem');
    expect(text).toMatch(/pg3: physical, Patroni's for pg3, which streams from pg2, not used/);
    expect(text).toMatch(/cdc: logical \(pgoutput in shop\).*does not survive a change of the leader/);
  });

  it("does not blame Patroni's own slots on a standby, which are inactive by design", () => {
    const on = shown();
    const members = [{ name: 'pg2', isPrimary: false, feeds: [], slots: read([slot('pg3', false)]) }];
    expect(slotsMessage({ ...on, members }).summary).toBe('billing: 1 slot, no problem');
  });
});

describe('/pg logs', () => {
  const log = (...lines: { at?: string; text: string }[]) =>
    logMessage(
      { cluster: 'billing', member: 'pg1', unit: 'postgres', lines: 200, sinceMs: NOW - 600_000, nowMs: NOW },
      read({ from: 'a file', lines }),
    );
  const at = '2026-11-22 11:59:58.000 UTC';

  it('shows the newest last, explains what is known, and puts many lines into a file', () => {
    const gone = 'ERROR:  requested WAL segment 00000007000000000000002A has already been removed';
    const message = log(...Array.from({ length: 20 }, (_, n) => ({ at, text: `LOG:  line ${n}` })), { at, text: gone });
    const text = told(message);
    expect(text.indexOf('line 19')).toBeLessThan(text.indexOf('requested WAL'));
    expect(text).not.toContain('line 3\n');
    expect(text).toMatch(/Means: The standby is so far behind[\s\S]*First move: .*\/pg rebuild/);
    expect(message.attachments?.[0]).toMatchObject({
      name: 'billing-pg1-postgres.log',
      content: expect.stringContaining('line 3\n'),
    });
  });

  it('says when it is empty and when it cannot be read', () => {
    expect(log().summary).toBe('billing pg1: the log of postgres says nothing in the last 10 min');
  });

  it.each([
    ["LOG:  statement: ALTER ROLE x PASSWORD 'hunter2'", "LOG:  statement: ALTER ROLE x PASSWORD '?'"],
    ["STATEMENT:  select 'hunter2'", "STATEMENT:  select '?'"],
    [
      "LOG:  duration: 3.1 ms  execute <unnamed>: select 'hunter2', 4711",
      "LOG:  duration: 3.1 ms  execute <unnamed>: select '?', ?",
    ],
    ["DETAIL:  parameters: $1 = 'hunter2', $2 = '4711'", "DETAIL:  parameters: $1 = '?', $2 = '?'"],
    ['DETAIL:  Key (email)=(hunter2) already exists.', 'DETAIL:  Key (email)=(…) already exists.'],
    ['DETAIL:  Failing row contains (1, hunter2).', 'DETAIL:  Failing row contains (…)'],
    ['ERROR:  invalid input syntax for type integer: "hunter2"', 'ERROR:  invalid input syntax for type integer: "…"'],
    [
      "FATAL:  requested timeline 10 is not a child of this server's history",
      "FATAL:  requested timeline 10 is not a child of this server's history",
    ],
    ['CONTEXT:  COPY people, line 3: "7,hunter2"', 'CONTEXT:  COPY people, line 3: …'],
    ['CONTEXT:  COPY people, line 3, column born: "hunter2"', 'CONTEXT:  COPY people, line 3, column born: …'],
    ['CONTEXT:  JSON data, line 1: {"a": hunter2...', 'CONTEXT:  JSON data, line 1: …'],
    ['DETAIL:  Token "hunter2" is invalid.', 'DETAIL:  Token "…" is invalid.'],
    ['LOG:  restored log file "00000007" from archive', 'LOG:  restored log file "00000007" from archive'],
  ])('shows %j as %j', (text, safe) => {
    expect(safeLogLine(text, false)).toBe(safe);
  });

  /** As a file says it, and as the journal does, which gives a time to every line. */
  it.each([
    ['a file', undefined],
    ['the journal', at],
  ])('hides a constant of several lines to its end, in %s', (_from, stamp) => {
    const goesOn = (text: string) => (stamp === undefined ? { text } : { at: stamp, text });
    const text = told(
      log(
        { at, text: "[7] app@shop STATEMENT:  UPDATE notes SET a = 'first" },
        goesOn('\thunter2 alone on its line'),
        goesOn('\t{"card": 4711, "name": "hunter2"}'),
        goesOn("\ttail', b = 4711"),
        goesOn('\tWHERE c'),
        { at, text: 'DETAIL:  Failing row contains (1, hunter2' },
        goesOn('\thunter2).'),
        { at, text: 'LOG:  the next line' },
      ),
    );
    expect(text).not.toMatch(/hunter2|4711|tail/);
    expect(text).toMatch(/UPDATE notes SET a = '\?'/);
    expect(text).toMatch(/WHERE c[\s\S]*the next line/);
  });

  it('hides a line that goes on from one that is not shown, as nothing tells whether it is within a constant', () => {
    expect(told(log({ text: '\thunter2 alone' }, { at, text: 'LOG:  the next line' }))).not.toContain('hunter2');
  });

  it('hides what follows a line that was cut, as the end of its constant may be in what is missing', () => {
    const lines = [{ at, text: "STATEMENT:  select 'abc…" }, { text: "\tdef', hunter2, 'ghi'" }];
    expect(told(log(...lines))).not.toContain('hunter2');
  });

  it('leaves a traceback of Patroni readable', () => {
    const lines = ['Traceback (most recent call last):', '  File "/usr/lib/patroni/ha.py", line 1234, in run_cycle'];
    expect(told(log(...lines.map((text) => ({ at, text }))))).toContain('line 1234, in run_cycle');
  });
});
