import { describe, expect, it } from 'vitest';
import { readContext } from '../../src/status/context.ts';
import { judge } from '../../src/status/judge.ts';
import { overviewMessage } from '../../src/status/overview-message.ts';
import { statusMessage } from '../../src/status/status-message.ts';
import { fakeView, type Shown } from '../support/fake-view.ts';
import { messageLines } from '../support/message-lines.ts';
import { runOf } from '../support/run-of.ts';
import { dead, withDcs, withMember, withRow } from '../support/snapshot-changes.ts';
import { healthy, healthyStreaming, limits, LSN, MIB, NOW, notRead, read } from '../support/snapshots.ts';

const change = {
  id: 'e1',
  cluster: 'billing',
  from: 'pg1',
  to: 'pg2',
  kind: 'planned',
  timeline: 7,
  atMs: NOW - 7_200_000,
  says: 'switchover pg1 -> pg2',
} as const;

async function said(snapshot = healthy(), shown: Omit<Shown, 'snapshots'> = {}, all = false): Promise<readonly string[]> {
  const context = await readContext(fakeView({ snapshots: [snapshot], ...shown }), 'billing');
  const message = statusMessage(judge(snapshot, limits), context, { all });
  return messageLines({ parts: [...message.parts, ...(message.thread ?? [])] });
}

describe('the answer to status', () => {
  it('is five lines for a healthy cluster: title, a line per member, the last leader change', async () => {
    expect(await said()).toEqual([
      '[ok] billing: healthy, pg2 leads on timeline 7',
      '[replica] pg1: replica, streaming, timeline 7, receive and replay lag 0 B',
      '[leader] pg2: leader, running, timeline 7',
      '[replica] pg3: replica, streaming, timeline 7, receive and replay lag 0 B',
      "[info] Last leader change 5 h 10 min ago (2026-11-22T20:00:00Z): to pg2, timeline 6 -> 7; Patroni's history does not say who asked",
      '(Read 2026-11-23T01:10:00Z in 40 ms: etcd keys, SQL 3/3, REST 3/3, disk 3/3, etcd health 3/3, HAProxy 2/2, VIP. More: /pg status billing --all)',
    ]);
  });
  it('gives receive and replay lag in bytes and seconds', async () => {
    const lines = await said(
      withRow(healthy(), 'pg3', { writeLsn: LSN - 1024, writeLagMs: 30, replayLsn: LSN - 12 * MIB, replayLagMs: 4200 }),
    );
    expect(lines[3]).toBe('[warn] pg3: replica, streaming, timeline 7, receive lag 1 KiB (30 ms), replay lag 12 MiB (4.2 s)');
  });
  it('counts warnings in the title and says each in a sentence', async () => {
    const lines = await said(withMember(healthy(), 'pg3', dead));
    expect(lines[0]).toBe('[warn] billing: 1 warning, pg2 leads on timeline 7');
    expect(lines).toContain('[bad] pg3: does not answer, etcd still lists it (replica, running)');
    expect(lines).toContain('[warn] pg3 does not answer (SQL: no answer within 2 s; REST: connection refused)');
  });
  it('says with no leader what is waited for, and shows positions in place of lag', async () => {
    const lines = await said(withMember(healthy(), 'pg2', dead));
    expect(lines[0]).toBe('[bad] billing: critical, leader pg2 does not answer');
    expect(lines[1]).toBe('[waiting] pg1: replica, running, timeline 7, received up to 0/5000000, all replayed');
    expect(lines[2]).toBe('[bad] pg2: does not answer, still holds the leader key');
    expect(lines.join('\n')).toMatch(/\[info\] Patroni waits for the lease of pg2/);
  });
  it('names who asked for the last leader change and why, when it was a run', async () => {
    const lines = await said(healthy(), {
      change: { ...change, run: 'r4k2m9xq' },
      runs: [runOf({ id: 'r4k2m9xq', reason: 'kernel update', state: 'running' })],
    });
    expect(lines).toContain(
      '[info] Last leader change 2 h ago (2026-11-22T23:10:00Z): switchover pg1 -> pg2; asked by @U0ASKER (kernel update), run r4k2m9xq',
    );
    expect(lines).toContain('[busy] Run r4k2m9xq: switchover, running, asked by @U0ASKER');
  });
  it('believes the history of etcd over an older change that was seen', async () => {
    const lines = await said(healthy(), { change: { ...change, atMs: NOW - 86_400_000 } });
    expect(lines.join('\n')).toMatch(/Last leader change .*2026-11-22T20:00:00Z\): to pg2, timeline 6 -> 7/);
  });
  it('still answers without the store, and says what is missing', async () => {
    const lines = await said(healthy(), { runs: new Error('Redis does not answer'), change: new Error('Redis does not answer') });
    expect(lines[0]).toMatch(/healthy/);
    expect(lines).toContain('[unknown] Runs, incidents and who changed the leader not read: Redis does not answer');
  });
  it('shows who keeps the cluster for maintenance, why and until when', async () => {
    const holder = { userId: 'U1', userName: 'ann' };
    const times = { sinceMs: NOW - 60_000, untilMs: NOW + 3_600_000 };
    const lines = await said(healthy(), { maintenance: { cluster: 'billing', holder, reason: 'storage migration', ...times } });
    expect(lines).toContain('[info] Locked for maintenance by @U1 until 2026-11-23T02:10:00Z: storage migration');
  });

  it('shows open incidents', async () => {
    const lines = await said(healthy(), {
      incidents: [{ id: 'i7', cluster: 'billing', says: 'pg3 lags', sinceMs: NOW - 60_000 }],
    });
    expect(lines).toContain('[warn] Open incident: pg3 lags, since 2026-11-23T01:09:00Z');
  });
  it('shows what runs have left behind that does harm', async () => {
    const debt = {
      id: 'pause',
      cluster: 'billing',
      run: 'r4k2m9xq',
      step: 'pause',
      says: 'Patroni is paused',
      sinceMs: NOW - 60_000,
    };
    const data = { release: { act: 'resume', args: {} }, gone: { state: 'not-paused', args: {} } };
    const lines = await said(healthy(), { debts: [{ ...debt, ...data }] });
    expect(lines).toContain('[warn] Left behind by run r4k2m9xq since 2026-11-23T01:09:00Z: Patroni is paused');
  });
  it('with --all gives every fact with its source, and the age of every source', async () => {
    const lines = (await said(healthy(), {}, true)).join('\n');
    for (const fact of [
      'etcd, leader key: pg2 (etcd keys of billing)',
      'PostgreSQL 15.18, started 2026-11-22T01:10:00Z (SQL on pg1)',
      'Patroni 3.0.2: primary, running (GET http://10.0.0.12:8008/patroni)',
      'slot pg1: physical, active, keeps 0 B of WAL, reserved (SQL on pg2)',
      'archiver: mode on, works, 812 archived, 0 failed',
      'free: data and WAL 60 GiB of 100 GiB (60 %) on /var/lib/postgresql (df on pg3)',
      'etcd 10.0.0.11:2379: 3.4.23, leader, 2 MiB, no alarm',
      'lb1 (HAProxy) sends writes to: pg2 (statistics of lb1)',
      'VIP 10.0.0.100 is on: lb1',
      'SQL on pg3: answered after 40 ms',
    ])
      expect(lines).toContain(fact);
  });
  it('with --all says of a dead part that it was not read, and why', async () => {
    const lines = (await said(withMember(withDcs(healthy(), {}), 'pg3', dead), {}, true)).join('\n');
    expect(lines).toContain('SQL not read: no answer within 2 s');
    expect(lines).toContain('REST on pg3: not read after 2 s: connection refused');
  });
});

describe('the answer for all clusters', () => {
  const judged = (snapshot = healthy(), name = snapshot.cluster.name) => ({
    cluster: name,
    environment: 'production',
    judgement: read(judge({ ...snapshot, cluster: { ...snapshot.cluster, name } }, limits)),
  });
  it('puts the worst first, with what is wrong, and counts the healthy ones', () => {
    const message = overviewMessage(
      [
        judged(healthyStreaming()),
        judged(withMember(healthy(), 'pg3', dead), 'orders'),
        judged(withMember(healthy(), 'pg2', dead), 'users'),
        { cluster: 'lost', environment: 'staging', judgement: notRead('a mistake') },
      ],
      NOW,
    );
    const lines = messageLines(message);
    expect(message.summary).toBe('1 of 4 clusters healthy');
    expect(lines.filter((line) => !line.startsWith('  '))).toEqual([
      '[bad] 1 of 4 clusters healthy',
      '[bad] lost (staging): not read: a mistake',
      '[bad] users (production): critical, leader pg2 does not answer',
      '[warn] orders (production): 1 warning, pg2 leads on timeline 7',
      '[ok] reports (production): healthy, pg2 leads on timeline 7',
      '(Read 2026-11-23T01:10:00Z. More of one: /pg status lost)',
    ]);
    expect(lines[3]).toMatch(/^ {2}\[bad\] pg2 holds the leader key in etcd but does not answer/);
  });
  it('says so when all are healthy, and when there is none to see', () => {
    expect(overviewMessage([judged(), judged(healthyStreaming())], NOW).summary).toBe('All 2 clusters healthy');
    expect(overviewMessage([], NOW).summary).toBe('You may see no cluster here');
  });
});
