import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { divergenceOf } from '../../src/core/timeline-history.ts';
import { halfRewound, keepWal, listKept, writeMark } from '../../src/hosts/data-commands.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { parseControlData } from '../../src/hosts/parse-control-data.ts';
import { readDataDirectory } from '../../src/hosts/read-data-directory.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { controlData } from '../../src/hosts/server-commands.ts';
import type { RemoteResult } from '../../src/hosts/ssh-channel.ts';
import type { SshPool } from '../../src/hosts/ssh-pool.ts';
import { unitWords } from '../../src/hosts/unit-commands.ts';
import { createPostgres } from '../../src/postgres/postgres.ts';
import { systemClock } from '../../src/core/clock.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';

let old: PostgresServer;
let heir: PostgresServer;
const layoutBy = (server: PostgresServer, binDirectory: string) =>
  layoutOf({ dataDirectory: server.sql('show data_directory'), binDirectory });
let layouts: { old: ReturnType<typeof layoutOf>; heir: ReturnType<typeof layoutOf> };

/** Runs a command of a host here as postgres. */
function here(argv: readonly string[]): Promise<RemoteResult> {
  const [program = '', ...args] = ['/usr/sbin/runuser', '-u', 'postgres', '--', ...argv];
  return new Promise((resolve) =>
    execFile(program, args, { cwd: '/', encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr } as RemoteResult);
    }),
  );
}
const run = async (_host: string, command: RemoteCommand) => here(command.argv);
const ssh: SshPool = { run, mustRun: run, warm: async () => undefined, close: () => undefined };
const look = (name: 'old' | 'heir') => readDataDirectory({ ssh, host: name, layout: layouts[name], timeoutMs: 10_000 });

beforeAll(async () => {
  old = await postgresServer({ wal_log_hints: 'on', wal_keep_size: '128MB' });
  old.sql('create table branch (id int)');
  old.sql("create role rewinder login password 'x'");
  heir = await old.standby('heir');
  const bin = [18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin`).find((path) => existsSync(path)) ?? '';
  layouts = { old: layoutBy(old, bin), heir: layoutBy(heir, bin) };
  heir.sql('select pg_promote(true, 60)');
  old.sql('insert into branch select generate_series(1, 1000)');
  heir.sql('insert into branch values (100001)');
}, 60_000);
afterAll(() => {
  old?.remove();
  heir?.remove();
});

describe('two real servers that parted', () => {
  it('show where, by their histories, before the new one has written a checkpoint', async () => {
    const [one, other] = [await look('old'), await look('heir')];
    expect(one.history).toEqual({ timeline: 1, left: [] });
    expect(other.history?.timeline).toBe(2);
    if (!one.history || !other.history) throw new Error('both have a history');
    const parted = divergenceOf(one.history, other.history);
    expect(parted?.timeline).toBe(1);
    expect(parted?.lsn).toBeGreaterThan(0);
    expect(one).toMatchObject({ tablespaces: [], walIsLink: false, restoreCommand: '' });
    expect(one.walFiles[0]).toMatch(/^0000000100000000[0-9A-F]{8}$/);
    expect(one.unwritable).toBeUndefined();
  });

  it('show which rights the role lacks that would rewind', async () => {
    const members = [{ name: 'heir', login: { host: '127.0.0.1', port: heir.port, user: 'postgres', database: 'postgres' } }];
    const postgres = createPostgres({ members, clock: systemClock });
    const role = async (name: string) => {
      const reading = await postgres.rewindSource('heir', name);
      if (!reading.ok) throw new Error(reading.why);
      return reading.value;
    };
    expect(await role('nobody')).toMatchObject({ fullPageWrites: true });
    expect((await role('nobody')).role).toBeUndefined();
    expect((await role('rewinder')).role).toMatchObject({ canLogIn: true, isSuperuser: false });
    expect((await role('rewinder')).role?.lacks).toHaveLength(4);
    expect((await role('postgres')).role).toMatchObject({ isSuperuser: true, lacks: [] });
    expect((await role('postgres')).databaseBytes).toBeGreaterThan(1_000_000);
    await postgres.close();
  });

  it('are made one again by the words of the unit, first in a rehearsal that writes nothing; its mark knows the half of it', async () => {
    await old.stop();
    heir.sql('checkpoint');
    const control = async () => parseControlData((await here(controlData(layouts.old).argv)).stdout);
    const parted = divergenceOf({ timeline: 1, left: [] }, (await look('heir')).history ?? { timeline: 1, left: [] });
    expect((await control()).checkpointLsn).toBeGreaterThan(parted?.lsn ?? 0);
    const [first = ''] = (await look('old')).walFiles;
    expect(await here(keepWal(layouts.old, { suffix: 'wal-t1-30', from: first, claim: 'x-r4k2m9xq-keep' }).argv)).toMatchObject({
      code: 0,
    });
    expect((await here(listKept(layouts.old).argv)).stdout).toMatch(/data\.wal-t1-30\/\d+\/\d+\/x-r4k2m9xq-keep/);
    const passfile = `/var/lib/trunkline-units/${process.pid}.secret`;
    const words = (how: 'dry-run' | 'progress') =>
      unitWords(
        { name: 'rewind', from: { host: '127.0.0.1', port: heir.port, user: 'postgres' }, how, restoreWal: false },
        layouts.old,
        passfile,
      ).map((word) => (typeof word === 'string' ? word : word.value));
    const rehearsed = await here(words('dry-run'));
    expect(rehearsed.stderr + rehearsed.stdout).toContain('Done!');
    expect((await control()).timeline).toBe(1);
    await here(writeMark(layouts.old, 'rewind-1-t2-30').argv);
    const rewound = await here(words('progress'));
    expect(rewound.stderr + rewound.stdout).toMatch(/\d+\/\d+ kB \(100%\) copied/);
    expect(await control()).toMatchObject({ state: 'in archive recovery', minRecoveryTimeline: 2 });
    expect((await look('old')).mark, 'the rewind leaves the control file in its place').toEqual({
      claim: 'rewind-1-t2-30',
      isOfThis: true,
    });
    expect((await here(halfRewound(layouts.old).argv)).stdout.trim()).toBe('rewind-1-t2-30');
    await rm(`${layouts.old.dataDirectory}.rewinding`);
    await writeFile(`${layouts.old.dataDirectory}/standby.signal`, '');
  });
});
