import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/core/check.ts';
import { memberIn, shownValue } from '../support/fake-cluster.ts';
import { MIB } from '../support/healthy-cluster.ts';
import { DATA, type Fake, pathIn, planned } from './bootstrap-plan.ts';

/** What is wrong, and the block that says so: its id, and words of its sentence, with its limit and its hint. */
const BLOCKS: readonly (readonly [string, (fake: Fake) => void, string, RegExp])[] = [
  [
    'too small a disk',
    (fake) => {
      pathIn(fake, `${DATA}.trunkline-copy`).freeBytes = 110 * MIB;
    },
    'disk',
    /has 110 MiB free; the copy is 100 MiB.*at least 120 MiB/,
  ],
  [
    'another major version',
    ({ standbys }) => {
      standbys.shown.postgresVersion = '15.18';
    },
    'version',
    /PostgreSQL 15.18, but pg1 runs 17.*apt install postgresql-17/,
  ],
  [
    'no programs',
    ({ standbys }) => {
      delete standbys.shown.postgresVersion;
    },
    'version',
    /no programs of PostgreSQL 17.*apt install postgresql-17/,
  ],
  [
    'a primary that does not answer',
    (fake) => {
      memberIn(fake, 'pg1').member.sql = lost();
    },
    'primary',
    /pg1: no answer/,
  ],
  [
    'a host that does not answer',
    (fake) => {
      fake.standbys.host = () => lost();
    },
    'host',
    /pg3 can not be looked at over ssh: no answer/,
  ],
  [
    'an old data directory',
    (fake) => {
      pathIn(fake, DATA).kind = 'filled';
    },
    'data-directory',
    /an old copy of this cluster.*renamed to .*old-t0-SECONDS/,
  ],
  [
    "another cluster's data directory",
    (fake) => {
      pathIn(fake, DATA).kind = 'filled';
      const { control } = shownValue(fake.shown.servers.pg3);
      if (control) control.systemId = '99';
    },
    'data-directory',
    /another cluster \(system identifier 99\)/,
  ],
  [
    'a folder of configuration that postgres may not make',
    (fake) => {
      pathIn(fake, '/etc/postgresql/17/main/postgresql.conf').writable = false;
    },
    'configuration',
    /postgres may not make .*postgresql.conf on pg3.*own .etc.postgresql/,
  ],
  [
    'a data directory that is a mount',
    (fake) => {
      pathIn(fake, DATA).isMount = true;
    },
    'data-directory',
    /a file system of its own/,
  ],
  [
    'max_wal_senders used up',
    ({ standbys }) => {
      standbys.shownSource.walSendersInUse = 9;
    },
    'wal-senders',
    /1 of 10 WAL senders free.*at least 2.*pg restart billing pg1/,
  ],
  [
    'max_replication_slots used up',
    ({ standbys }) => {
      standbys.shownSource.settings.max_replication_slots = '1';
      standbys.shownSource.slots = [{ name: 'forgotten', active: false }];
    },
    'slots',
    /0 of 1 replication slots free.*Nobody uses forgotten/,
  ],
  [
    'wal_level minimal',
    ({ standbys }) => {
      standbys.shownSource.settings.wal_level = 'minimal';
    },
    'wal-level',
    /wal_level on pg1 is minimal.*pg restart billing pg1/,
  ],
  [
    'the name taken by a slot',
    (fake) => {
      memberIn(fake, 'pg1').sql.slots = [{ name: 'standby_pg3', kind: 'physical', active: true }];
    },
    'name',
    /slot standby_pg3 already, in use/,
  ],
  [
    'the name taken by a standby',
    (fake) => {
      memberIn(fake, 'pg1').sql.standbys.push({ name: 'pg3', address: '10.0.0.9', state: 'streaming', syncState: 'async' });
    },
    'name',
    /10.0.0.9 streams from pg1 as pg3/,
  ],
  [
    'a server that runs without answering',
    (fake) => {
      shownValue(fake.shown.servers.pg3).process = 'running';
    },
    'server',
    /a PostgreSQL runs/,
  ],
  [
    'Patroni that runs',
    (fake) => {
      shownValue(fake.shown.servers.pg3).patroni.active = 'active';
    },
    'server',
    /unit of patroni on pg3 is active/,
  ],
  [
    'a copy of an earlier run',
    (fake) => {
      pathIn(fake, `${DATA}.trunkline-copy`).kind = 'filled';
    },
    'old-copy',
    /a copy of an earlier run/,
  ],
  [
    'more WAL during the copy than the disk holds',
    ({ standbys }) => {
      standbys.shownSource.wal = { bytes: 400 * MIB, seconds: 1 };
    },
    'wal-disk',
    /400 MiB\/s of WAL and the copy takes about 2 s: 800 MiB must be kept meanwhile.*600 MiB free/,
  ],
  [
    'more WAL during the copy than a slot may keep',
    ({ standbys }) => {
      standbys.shownSource.wal = { bytes: 60 * MIB, seconds: 1 };
      standbys.shownSource.settings.max_slot_wal_keep_size = '64';
    },
    'wal-kept',
    /120 MiB must be kept meanwhile.*max_slot_wal_keep_size 64 MiB/,
  ],
  [
    'a tablespace where something lies',
    (fake) => {
      fake.standbys.shownSource.tablespaces = [{ name: 'fast', location: '/srv/fast', bytes: MIB }];
      fake.standbys.shown.paths['/srv/fast'] = { kind: 'filled', writable: true, isMount: true, freeBytes: 100 * MIB };
    },
    'tablespace-fast',
    /the tablespace fast goes to \/srv\/fast on pg3, which is not empty.*owned by postgres/,
  ],
  [
    'a broken pg_hba.conf',
    (fake) => {
      fake.standbys.rules = () => [{ line: 7, type: '', users: [], error: 'invalid authentication method "md"' }];
    },
    'access',
    /line 7 of pg_hba.conf on pg1 is wrong \(invalid authentication method "md"\)/,
  ],
];

describe('a bootstrap is blocked, with what, why and what to do,', () => {
  it.each(BLOCKS)('by %s', async (_what, change, id, words) => {
    const { plan } = await planned(change);
    const blocks = plan.checks.filter(({ verdict }) => verdict === 'block');
    expect(blocks.map((check) => check.id)).toEqual([id]);
    expect(told(blocks[0])).toMatch(words);
  });

  it('by all that it copies too slowly for, as the rate counts', async () => {
    const slow = await planned(
      ({ standbys }) => {
        standbys.shownSource.wal = { bytes: 20 * MIB, seconds: 1 };
      },
      { maxRateKibPerSecond: 1024 },
    );
    expect(slow.plan.checks.find(({ id }) => id === 'wal-disk')).toMatchObject({ verdict: 'block' });
  });

  it('refuses a host that runs already, one that nobody knows, and a cluster that Patroni runs', async () => {
    await expect(planned(() => undefined, { member: 'pg2' })).rejects.toThrow(/pg2 runs PostgreSQL already, as a standby/);
    await expect(planned(() => undefined, { member: 'pg9' })).rejects.toThrow(/no host "pg9" in the configuration/);
  });
});

const lost = () => ({ ok: false as const, why: 'no answer within 3 s', source: 'test', atMs: 0 });
const told = (check: Check | undefined) => [check?.says, check?.limit, check?.hint].join(' ');
