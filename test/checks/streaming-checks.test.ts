import { describe, expect, it } from 'vitest';
import streamingSwitchover from '../../runbooks/streaming-switchover.ts';
import { type FakeCluster, fakeCluster, notRead } from '../support/fake-cluster.ts';
import { LEDGER } from '../support/fake-streaming.ts';
import { MIB, read, WAL_LSN } from '../support/healthy-cluster.ts';
import { inLedger, type LedgerChange, testLedgerChecks } from '../support/ledger-table.ts';

const healthy: LedgerChange = () => undefined;
const row = (fake: FakeCluster) => {
  const found = inLedger(fake, 'pg1').sql.standbys.find(({ name }) => name === 'pg2');
  if (!found) throw new Error('pg2 has no row');
  return found;
};

testLedgerChecks({
  'one-leader': [
    ['healthy', healthy, 'pass', 'pg1 is out of recovery by SQL, on timeline 7; nobody else is'],
    [
      'a silent member',
      (f) => void Object.assign(inLedger(f, 'pg3').member, { sql: notRead() }),
      'warn',
      'pg3 could not be asked',
    ],
  ],
  'candidate-streaming': [
    ['healthy', healthy, 'pass', 'pg2 streams from pg1 on the same timeline 7'],
    ['not connected', (f) => void inLedger(f, 'pg1').sql.standbys.shift(), 'hard block', 'not connected there'],
    ['catching up', (f) => void Object.assign(row(f), { state: 'catchup' }), 'hard block', 'in state catchup'],
    ['another cluster', (f) => void Object.assign(inLedger(f, 'pg2').sql, { systemId: '99' }), 'hard block', 'system id 99'],
    [
      'known by its address alone',
      (f) => void Object.assign(row(f), { name: 'walreceiver', address: '10.0.0.2' }),
      'pass',
      'streams',
    ],
  ],
  'candidate-replay': [
    ['healthy', healthy, 'pass', 'pg2 replays'],
    [
      'paused',
      (f) => void Object.assign(inLedger(f, 'pg2').sql, { replayPaused: true }),
      'hard block',
      'replay is paused on pg2',
    ],
  ],
  'candidate-lag': [
    ['healthy', healthy, 'pass', 'pg2 replays 0 B behind pg1'],
    ['behind', (f) => void Object.assign(row(f), { replayLsn: WAL_LSN - 11 * MIB }), 'block', 'pg2 replays 11 MiB behind pg1'],
    ['unknown', (f) => void delete row(f).replayLsn, 'hard block', 'the lag of pg2 is not known'],
  ],
  'candidate-delay': [
    ['healthy', healthy, 'pass', 'without a delay'],
    [
      'delayed',
      (f) => void Object.assign(inLedger(f, 'pg2').activity.settings, { recovery_min_apply_delay: '60000' }),
      'block',
      '60000',
    ],
  ],
  'candidate-settings': [
    ['healthy', healthy, 'pass', 'pg2 has the settings of pg1 or higher'],
    ['lower', (f) => void Object.assign(inLedger(f, 'pg2').activity.settings, { max_connections: '50' }), 'block', '50 < 100'],
  ],
  'leader-long-transactions': [
    ['healthy', healthy, 'pass', 'no long transaction'],
    [
      'a long one',
      (f) =>
        void inLedger(f, 'pg1').activity.longTransactions.push({
          ...{ pid: 7, user: 'app', application: 'report', ageMs: 3_600_000, state: 'active' },
        }),
      'block',
      'pid 7 of app',
    ],
  ],
  'archiver-backlog': [
    ['healthy', healthy, 'pass', '0 WAL files'],
    ['a backlog', (f) => void Object.assign(inLedger(f, 'pg1').activity, { readyWalFiles: 40 }), 'block', '40 WAL files'],
  ],
  'leader-logical-slots': [
    [
      'one',
      (f) => void inLedger(f, 'pg1').activity.logicalSlots.push('cdc'),
      'warn',
      'cdc does not survive: it is no failover slot on pg1',
    ],
  ],
  'leader-host': [
    ['healthy', healthy, 'pass', 'pg1 runs by its unit'],
    ['not reached', (f) => void Object.assign(f.ledger.shown.servers, { pg1: notRead() }), 'hard block', 'could not be asked'],
    [
      'started by hand',
      (f) => void Object.assign(inLedger(f, 'pg1').server.postgres, { active: 'inactive' }),
      'hard block',
      'inactive',
    ],
    [
      'another data directory',
      (f) => void Object.assign(inLedger(f, 'pg1').server, { process: 'stopped' }),
      'hard block',
      'no server',
    ],
    ['disabled', (f) => void Object.assign(inLedger(f, 'pg1').server.postgres, { enabled: 'disabled' }), 'warn', 'is disabled'],
  ],
  'login-pg1': [
    ['healthy', healthy, 'pass', 'pg1 can log in to pg2 for replication'],
    [
      'refused',
      (f) => void Object.assign(f.ledger.logins, { pg1: notRead('no pg_hba.conf entry') }),
      'block',
      'no pg_hba.conf entry',
    ],
    [
      'no user is known',
      (f) => {
        const nobody = { ok: true, value: { hasPassword: true }, source: '', atMs: 0 } as const;
        Object.assign(f.ledger.upstreams, { pg1: nobody, pg2: nobody });
      },
      'block',
      'primary_conninfo of pg2 names no user',
    ],
    [
      'not as the candidate, but as itself before it led',
      (f) => {
        f.ledger.upstreams.pg1 = read({ user: 'standby_pg1', hasPassword: false });
        f.ledger.logins['pg1 as replicator'] = notRead('fe_sendauth: no password supplied');
      },
      'pass',
      'pg1 can log in to pg2 for replication',
    ],
    [
      'another cluster answers',
      (f) =>
        void Object.assign(f.ledger.logins, { pg1: { ok: true, value: { systemId: '9', timeline: 1 }, source: '', atMs: 0 } }),
      'hard block',
      'another database cluster answers',
    ],
  ],
});

describe('as whom the old primary follows', () => {
  const connectionOf = async (change: LedgerChange) => {
    const fake = fakeCluster();
    change(fake);
    const { plan } = await streamingSwitchover.propose({ cluster: LEDGER, to: 'pg2' }, fake.view);
    return plan.steps.find(({ id }) => id === 'rejoined')?.act?.args.connection;
  };
  const bootstrapped = { user: 'standby_pg2', passfile: '/data/2.pgpass', hasPassword: false };

  it('is the role of a bootstrapped candidate, with its own password file, wherever that lies', async () => {
    const connection = await connectionOf((f) => {
      f.ledger.shown.snapshot.cluster.members = ['1', '2', '3'].map((n) => ({
        ...{ name: `pg${n}`, host: `10.0.0.${n}`, passfile: `/data/${n}.pgpass` },
      }));
      f.ledger.upstreams.pg2 = read(bootstrapped);
    });
    expect(connection).toMatchObject({ user: 'standby_pg2', passfile: '/data/1.pgpass', slot: 'pg1' });
  });

  it('is who it was before it led, where it can not log in as the candidate does', async () => {
    const connection = await connectionOf((f) => {
      f.ledger.upstreams.pg1 = read({ user: 'standby_pg1', passfile: '/data/1.pgpass', hasPassword: false });
      f.ledger.logins['pg1 as replicator'] = notRead('no password supplied');
    });
    expect(connection).toMatchObject({ user: 'standby_pg1', passfile: '/data/1.pgpass' });
  });
});

describe('the plan of a plain switchover', () => {
  it('reads as what a person would say at 3 a.m.', async () => {
    const { plan, input, material } = await streamingSwitchover.propose({ cluster: LEDGER }, fakeCluster().view);
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Checkpoint pg1, so that its shutdown is quick',
      'Wait until pg2 has caught up with pg1',
      'Stop pg1 cleanly',
      'Keep pg1 from starting as a second primary: mask its unit, write standby.signal',
      'Wait until pg2 has replayed all of pg1',
      'Promote pg2',
      'Point pg3 to pg2',
      'See that pg1 is still down',
      'Start pg1 as a standby of pg2',
      'Drop the slots that pg1 kept for its standbys',
    ]);
    expect(input).toEqual({ cluster: LEDGER, to: 'pg2' });
    expect(material).toMatchObject({ leader: 'pg1', timeline: 7 });
    expect(JSON.stringify(plan)).not.toMatch(/Patroni|DCS|etcd|leader key/);
  });

  it('is refused with a sentence where two are out of recovery, none is, or one standby feeds another', async () => {
    const propose = (change: LedgerChange) => {
      const fake = fakeCluster();
      change(fake);
      return streamingSwitchover.propose({ cluster: LEDGER }, fake.view);
    };
    const promoted: LedgerChange = (f) => void Object.assign(inLedger(f, 'pg2').sql, { inRecovery: false });
    const dead: LedgerChange = (f) => void Object.assign(inLedger(f, 'pg1').member, { sql: notRead() });
    await expect(propose(promoted)).rejects.toThrow('pg1 and pg2 of ledger are out of recovery at once: split');
    await expect(propose(dead)).rejects.toThrow('no member of ledger is out of recovery; pg1 did not answer by SQL');
    await expect(propose((f) => void inLedger(f, 'pg2').sql.standbys.push({ ...row(f), name: 'pg3' }))).rejects.toThrow(
      'in a cascade',
    );
  });
});
