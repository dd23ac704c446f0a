import { describe, expect, it } from 'vitest';
import type { PlainRebuild } from '../../src/checks/plain-rebuild-plan.ts';
import { notRead, shownValue } from '../support/fake-cluster.ts';
import { dataIn, PARTED } from '../support/fake-rebuild.ts';
import { MIB } from '../support/healthy-cluster.ts';
import { type Asked, before, type Change, control, memberOf, planned, serverIn, sqlIn, stopped } from '../support/split-plain.ts';

describe('what the rebuild of a plain member comes to', () => {
  it.each<[string, Change, Asked, PlainRebuild['way'], string]>([
    ['a second primary that went on alone', () => undefined, {}, 'rewind', 'parted from pg1'],
    ['a former primary that was stopped with rows of its own', stopped(PARTED + MIB), {}, 'rewind', 'parted from pg1'],
    ['one that crashed as a primary, whatever its control file says', stopped(before, 'in production'), {}, 'rewind', 'parted'],
    ['one that was killed while it shut down', stopped(before, 'shutting down'), {}, 'rewind', 'parted'],
    ['one that was killed while it recovered from a crash', stopped(before, 'in crash recovery'), {}, 'rewind', 'parted'],
    ['one that was stopped cleanly, and all of it was received', stopped(before), {}, 'follow', 'has nothing that pg1 lacks'],
    [
      'the same, but the primary has the WAL no more that it needs',
      stopped(before, 'shut down', (fake) => Object.assign(dataIn(fake, 'pg1'), { walFiles: ['000000070000000000000009'] })),
      {},
      'reinit',
      'is gone, and pg3 has no restore_command',
    ],
    [
      'one that stands at the end of what the primary has, whose next file is not there yet',
      stopped(PARTED - 1, 'shut down', (fake) => Object.assign(dataIn(fake, 'pg1'), { walFiles: ['000000060000000000000001'] })),
      {},
      'follow',
      'has nothing that pg1 lacks',
    ],
    [
      'the same where it can restore it',
      stopped(before, 'shut down', (fake) => {
        dataIn(fake, 'pg1').walFiles = [];
        dataIn(fake, 'pg3').restoreCommand = 'fetch %f %p';
      }),
      {},
      'follow',
      'has nothing that pg1 lacks',
    ],
    [
      'a second primary that seems to have written nothing',
      (fake) => {
        Object.assign(sqlIn(fake, 'pg3'), { writeLsn: PARTED });
        Object.assign(control(fake), { checkpointLsn: before, redoLsn: before });
      },
      {},
      'rewind',
      'parted',
    ],
    ['a copy that is asked for', () => undefined, { how: 'reinit' }, 'reinit', 'asked for'],
    ['WAL that is gone', (fake) => void dataIn(fake, 'pg3').walFiles.pop(), {}, 'reinit', 'files are gone'],
    [
      'a role without rights',
      (fake) => void shownValue(fake.rebuild.source).role?.lacks.push('pg_ls_dir'),
      {},
      'reinit',
      'may not execute',
    ],
    [
      'a rewind that died half way',
      (fake) => {
        dataIn(fake, 'pg3').mark = { claim: 'rewind-1', isOfThis: true };
        fake.rebuild.units.set('pg3 rewind-1', { state: 'ended', exitCode: 1 });
      },
      {},
      'reinit',
      'died half way',
    ],
    [
      'no data directory',
      stopped(before, 'shut down', (fake) => {
        Object.assign(serverIn(fake, 'pg3'), { process: 'no data directory' });
        delete serverIn(fake, 'pg3').control;
        Object.assign(fake.rebuild.data, { pg3: notRead() });
      }),
      {},
      'reinit',
      'can not work',
    ],
  ])('%s', async (_case, change, asked, way, why) => {
    const found = await planned(change, asked);
    expect([found.way, found.notes[0]]).toEqual([way, expect.stringContaining(why)]);
  });

  it('is nothing for a standby that streams', async () => {
    const found = await planned(stopped(before), {}, 'pg2');
    expect([found.way, found.checks.map(({ id }) => id)]).toEqual(['nothing', ['streams']]);
    await expect(planned(stopped(before), { how: 'reinit' }, 'pg2')).rejects.toThrow('nothing to rebuild');
  });
});

describe('what a rebuild of a plain member does', () => {
  it('wants the name typed once more where something is discarded, and not where nothing is', async () => {
    for (const discard of [undefined, 'pg2'])
      expect((await planned(() => undefined, { discard })).checks.find(({ id }) => id === 'typed-name')).toMatchObject({
        hard: true,
      });
    const follows = await planned(stopped(before), { discard: undefined });
    expect([follows.discards, follows.checks.filter(({ verdict }) => verdict === 'block')]).toEqual([undefined, []]);
  });

  it('says that the WAL of the lost branch is kept only where a step keeps it', async () => {
    const full: Change = (fake) => {
      const { disk } = memberOf(fake, 'pg3');
      if (disk.ok && disk.value.data) disk.value.data.freeBytes = 0;
    };
    const known = await planned(full, { how: 'reinit' });
    const unknown = await planned(
      stopped(before, 'shut down', (fake) => {
        full(fake);
        Reflect.deleteProperty(dataIn(fake, 'pg3'), 'history');
      }),
      { how: 'reinit' },
    );
    const said = [known, unknown].map(({ copy, keepWal, notes }) => [
      copy.deletesOld,
      keepWal !== undefined,
      notes.some((note) => note.startsWith('The WAL of the lost branch is kept')),
      notes.some((note) => note.startsWith('No WAL of a lost branch is kept')),
    ]);
    expect(said).toEqual([
      [true, true, true, false],
      [true, false, false, true],
    ]);
  });

  it('names nothing after what moves while the second primary takes writes', async () => {
    const now = await planned(() => undefined);
    const later = await planned((fake) => Object.assign(sqlIn(fake, 'pg3'), { writeLsn: PARTED + 40 * MIB }));
    expect([later.claim, later.oldSuffix, later.keepWal]).toEqual([now.claim, now.oldSuffix, now.keepWal]);
    expect(now.keepWal).toEqual({ from: '000000060000000000000003', suffix: 'wal-t6-3000000' });
  });

  it('uses the slot that is there for it, makes one where there is none, and takes one away that has lost WAL', async () => {
    const slot =
      (name: string, walStatus: string): Change =>
      (fake) =>
        void sqlIn(fake, 'pg1').slots.push({ name, kind: 'physical', active: false, walStatus });
    expect((await planned(() => undefined)).slot).toEqual({ name: 'standby_pg3', reserves: ['standby_pg3'], lost: [] });
    expect((await planned(slot('pg3', 'reserved'))).slot).toEqual({ name: 'pg3', reserves: [], lost: [] });
    expect((await planned(slot('pg3', 'lost'))).slot).toEqual({ name: 'standby_pg3', reserves: ['standby_pg3'], lost: ['pg3'] });
  });

  it('leaves the slot of a standby that may follow the node itself, which would not find it again', async () => {
    const all = ['pg1', 'standby_pg1', 'pg2', 'standby_pg2'];
    expect((await planned(() => undefined)).leftSlots).toEqual(all);
    const cascades = await planned((fake) => {
      sqlIn(fake, 'pg1').standbys = sqlIn(fake, 'pg1').standbys.filter(({ name }) => name !== 'pg2');
    });
    expect(cascades.leftSlots).toEqual(['pg1', 'standby_pg1']);
  });

  it('keeps the login that works, and gives the node one of its own where none does', async () => {
    expect((await planned(() => undefined)).login.connection).toMatchObject({ user: 'replicator', slot: 'standby_pg3' });
    const own = await planned((fake) => Object.assign(fake.split.logins, { pg3: notRead('password authentication failed') }));
    expect(own.login.connection).toMatchObject({ user: 'standby_pg3', passfile: '/var/lib/postgresql/17/main.pgpass' });
    expect(own.login.makes.allowed.map(({ member }) => member)).toEqual(['pg1', 'pg2']);
  });
});
