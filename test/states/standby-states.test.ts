import { describe, expect, it } from 'vitest';
import type { SqlMember } from '../../src/core/cluster.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { BareHost, CopyProgress, CopyUnit } from '../../src/core/standby.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { standbyPlaces } from '../../src/hosts/standby-places.ts';
import { judgeCopy } from '../../src/states/copied.ts';
import { judgeAccess } from '../../src/states/replication-allowed.ts';
import { judgeStandby } from '../../src/states/standby-streams.ts';
import { MIB, NOW, read, sqlOf, WAL_LSN } from '../support/healthy-cluster.ts';

const places = standbyPlaces(layoutOf({ dataDirectory: '/data' }));
const args = { cluster: 'ledger', member: 'c1', primary: 'sa1', role: 'standby_c1', systemId: '77', timeline: 3 };
const unit: CopyUnit = { claim: '77-3-r4k2m9xq-copy', startedAtMs: NOW - 9000, isRunning: true };
const lost = { ok: false as const, why: 'no answer within 2.5 s', source: 'test', atMs: NOW };

function hostWith(copies: readonly CopyUnit[], manifest = false): Reading<BareHost> {
  const kind = manifest ? 'other' : 'absent';
  const paths = { [places.copyManifest]: { kind, writable: true, isMount: false, freeBytes: 0 } } as const;
  return read({ clockMs: NOW, places, paths, copies });
}
const going = (streamedBytes: number, phase = 'streaming database files'): readonly CopyProgress[] => [
  { pid: 7, user: 'standby_c1', phase, totalBytes: 100 * MIB, streamedBytes },
];
const copyOf = (host: Reading<BareHost>, progress: readonly CopyProgress[] = [], elapsedMs = 10_000) =>
  judgeCopy(args, { host, progress: read(progress), elapsedMs });

describe('a copy', () => {
  it('tells how far it is, how fast, and how long it will take', () => {
    expect(copyOf(hostWith([unit]), going(45 * MIB))).toMatchObject({
      holds: false,
      impossible: false,
      why: 'copied 45 MiB of 100 MiB (45 %), 5 MiB/s, about 11 s left',
    });
  });

  it('tells what it waits for before the first byte', () => {
    expect(copyOf(hostWith([unit]), going(0, 'waiting for checkpoint to finish'))).toMatchObject({
      why: 'waiting for checkpoint to finish',
    });
  });

  it('goes on by what the primary says while its host can not be asked', () => {
    expect(copyOf(lost, going(45 * MIB))).toMatchObject({
      impossible: false,
      why: 'c1 can not be asked: no answer within 2.5 s, but the copy goes on by sa1: 45 MiB of 100 MiB (45 %)',
    });
  });

  it.each([
    [
      'is done only with the manifest, which is written last',
      [{ ...unit, isRunning: false, exitCode: 0 }],
      true,
      { holds: true },
    ],
    ['is not done without it', [{ ...unit, isRunning: false, exitCode: 0 }], false, { holds: false, impossible: false }],
    [
      'failed for good, with the words of pg_basebackup',
      [{ ...unit, isRunning: false, exitCode: 1, said: 'could not write file: No space left on device' }],
      false,
      { impossible: true, why: /failed with exit 1: could not write file: No space left/ },
    ],
    ['was ended', [{ ...unit, isRunning: false, exitCode: 143 }], false, { impossible: true, why: /was ended/ }],
    ['vanished with a power cut', [{ ...unit, isRunning: false }], false, { impossible: true, why: /vanished/ }],
    ['is not the one of another run before', [{ ...unit, startedAtMs: NOW - 60_000, exitCode: 0 }], true, { why: /not begun/ }],
    ['is not one of another timeline', [{ ...unit, claim: '77-2-r4k2m9xq-copy', exitCode: 0 }], true, { why: /not begun/ }],
  ] as const)('%s', (_what, copies, manifest, verdict) => {
    const why = 'why' in verdict ? { why: expect.stringMatching(verdict.why) } : {};
    expect(copyOf(hostWith(copies, manifest))).toMatchObject({ ...verdict, ...why });
  });
});

describe('a line of pg_hba.conf', () => {
  const ours = {
    line: 9,
    type: 'host',
    users: ['standby_c1'],
    address: '10.0.0.9',
    netmask: '255.255.255.255',
    method: 'scram-sha-256',
  };
  const judged = (rules: Parameters<typeof judgeAccess>[1]) =>
    judgeAccess({ cluster: 'ledger', member: 'sa1', role: 'standby_c1', addresses: ['10.0.0.9'] }, rules);

  it.each([
    ['lets the standby in', [ours], { holds: true }],
    ['is missing', [], { holds: false, impossible: false }],
    ['is of another role', [{ ...ours, users: ['replicator'] }], { holds: false, impossible: false }],
    ['is of another network', [{ ...ours, address: '10.0.1.0', netmask: '255.255.255.0' }], { holds: false, impossible: false }],
    [
      'comes after one that refuses',
      [{ ...ours, line: 3, users: ['all'], address: '10.0.0.0', netmask: '255.255.255.0', method: 'reject' }, ours],
      { impossible: true, why: 'line 3 of pg_hba.conf on sa1 comes first for standby_c1 from 10.0.0.9 and says reject' },
    ],
    ['comes after one that asks for no password', [{ ...ours, line: 2, method: 'trust' }, ours], { impossible: true }],
    [
      'does not count while another line is wrong',
      [ours, { ...ours, line: 4, error: 'invalid' }],
      { holds: false, impossible: false },
    ],
  ] as const)('%s', (_what, rules, verdict) => {
    expect(judged(rules)).toMatchObject(verdict);
  });
});

describe('a standby streams', () => {
  const of = { cluster: 'ledger', member: 'pg2', primary: 'pg1', timeline: 7, slot: 'standby_pg2' };
  const slot = { name: 'standby_pg2', kind: 'physical', active: true } as const;
  const primary = (change: Partial<SqlMember> = {}) => read({ ...sqlOf('pg1', 'pg1', 7, '1'), slots: [slot], ...change });
  const own = (change: Partial<SqlMember> = {}) => read({ ...sqlOf('pg2', 'pg1', 7, '1'), ...change });

  it('when both say so, and tells how far it is behind', () => {
    const standbys = [{ name: 'pg2', state: 'streaming', syncState: 'async', replayLsn: WAL_LSN - 3 * MIB }];
    expect(judgeStandby(of, own(), primary({ standbys }))).toMatchObject({
      holds: true,
      says: expect.stringMatching(/3 MiB behind/),
    });
  });

  it.each([
    ['no row', own(), primary({ standbys: [] }), /no row in pg_stat_replication/],
    [
      'a row that catches up',
      own(),
      primary({ standbys: [{ name: 'pg2', state: 'catchup', syncState: 'async' }] }),
      /state catchup/,
    ],
    ['no slot', own(), primary({ slots: [] }), /no slot standby_pg2/],
    ['another timeline received', own({ walReceiver: { status: 'streaming', timeline: 6 } }), primary(), /receives timeline 6/],
    ['out of recovery', own({ inRecovery: false }), primary(), /no standby/],
    ['silent', lost, primary(), /pg2 does not answer/],
    ['another timeline of the primary', own(), primary({ timeline: 8 }), /on timeline 8, not 7/],
  ] as const)('and not with %s', (_what, mine, theirs, why) => {
    expect(judgeStandby(of, mine, theirs)).toMatchObject({ holds: false, why: expect.stringMatching(why) });
  });
});
