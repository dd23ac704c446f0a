import { describe, expect, it } from 'vitest';
import { planRebuild, type Rebuild } from '../../src/checks/rebuild-plan.ts';
import { lookForRebuild } from '../../src/checks/rebuild-facts.ts';
import type { Backup } from '../../src/core/backups.ts';
import { type FakeCluster, fakeCluster, notRead, shownValue } from '../support/fake-cluster.ts';
import { backupOf, backupsOf } from '../support/fake-backups.ts';
import { dataIn, diverge, PARTED } from '../support/fake-rebuild.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

type Change = (fake: FakeCluster) => void;
type How = 'auto' | 'rewind' | 'delta' | 'reinit';

async function planned(change: Change, how: How = 'auto', discard: string | undefined = 'pg3'): Promise<Rebuild> {
  const fake = fakeCluster();
  diverge(fake);
  dataIn(fake, 'pg3').restoreCommand = 'pgbackrest archive-get %f "%p"';
  fake.shown.backups = backupsOf([backupOf(5)]);
  change(fake);
  return planRebuild(await lookForRebuild(CLUSTER, 'pg3', fake.view), { how, discard });
}

/** A rewind can not work, so that a copy is needed. */
const gone =
  (more: Change = () => undefined): Change =>
  (fake) => {
    const { control } = shownValue(fake.shown.servers.pg3);
    if (control) Object.assign(control, { dataChecksums: false, walLogHints: false });
    more(fake);
  };
const backups = (...all: readonly Backup[]) => gone((fake) => Object.assign(fake.shown, { backups: backupsOf(all) }));
const half = (files: readonly string[], state: 'vanished' | 0 | 1 | 'running' = 'vanished', claim = 'restore-x-h1') =>
  gone((fake) => {
    const data = dataIn(fake, 'pg3');
    data.names.push(...files);
    data.mark = { claim, isOfThis: true };
    if (files.includes('backup.manifest')) Reflect.deleteProperty(shownValue(fake.shown.servers.pg3), 'control');
    fake.rebuild.units.set(`pg3 ${claim}`, typeof state === 'number' ? { state: 'ended', exitCode: state } : { state });
  });

describe('whether pgBackRest makes the new copy', () => {
  it.each<[string, Change, How, Rebuild['way'], string]>([
    ['all that it needs is there', gone(), 'auto', 'delta', 'a rewind can not work'],
    ['a rewind is enough', () => undefined, 'auto', 'rewind', 'all that pg_rewind needs is there'],
    ['it is asked for though a rewind would do', () => undefined, 'delta', 'delta', 'was asked for'],
    ['a base backup is asked for', gone(), 'reinit', 'reinit', 'a new copy was asked for'],
    ['there is no backup', backups(), 'auto', 'reinit', 'has no good backup'],
    ['the backup has bad pages', backups(backupOf(5, { good: false })), 'auto', 'reinit', 'has no good backup'],
    ['it is of another system', backups(backupOf(5, { systemId: '42' })), 'auto', 'reinit', 'has no good backup'],
    ['it is dated in the future', backups(backupOf(-5)), 'auto', 'reinit', 'has no good backup'],
    ['the node does not know it', backups(backupOf(5, { unknownTo: ['pg3'] })), 'auto', 'reinit', 'on pg3 has no good backup'],
    ['another member does not know it', backups(backupOf(5, { unknownTo: ['pg2'] })), 'auto', 'delta', 'can not work'],
    [
      'it was made on the lost branch',
      backups(backupOf(5, { timeline: 6, stopLsn: PARTED + 1 })),
      'auto',
      'reinit',
      'no good backup',
    ],
    ['it was made before they parted', backups(backupOf(5, { timeline: 6, stopLsn: PARTED })), 'auto', 'delta', 'can not work'],
    ['it is too old', backups(backupOf(30)), 'auto', 'reinit', 'ended 1 d 6 h ago'],
    ['it is too old and asked for', backups(backupOf(30)), 'delta', 'delta', 'was asked for'],
    [
      'WAL can not be fetched from the archive',
      gone((fake) => {
        dataIn(fake, 'pg3').restoreCommand = '';
      }),
      'auto',
      'reinit',
      'has no restore_command',
    ],
    [
      'pg_wal lies elsewhere',
      gone((fake) => Object.assign(dataIn(fake, 'pg3'), { walIsLink: true })),
      'auto',
      'reinit',
      'lie outside',
    ],
    [
      'the disk is so full that the WAL of the lost branch can not be kept',
      (fake) => {
        const disk = fake.shown.snapshot.members.find(({ name }) => name === 'pg3')?.disk;
        if (disk?.ok && disk.value.data) disk.value.data.freeBytes = 1;
      },
      'auto',
      'reinit',
      'pg3 has 1 B free',
    ],
    [
      'the backups can not be read',
      gone((fake) => Object.assign(fake.shown, { backups: notRead('no answer') })),
      'auto',
      'reinit',
      'can not be read: no answer',
    ],
    [
      'no tool is configured',
      gone((fake) => Reflect.deleteProperty(fake.shown, 'backups')),
      'auto',
      'reinit',
      'No pgBackRest is configured',
    ],
    ['a restore died half way', half(['backup.manifest']), 'auto', 'delta', 'a restore on pg3 died half way'],
    ['a restore ended well and was not recovered', half(['backup_label'], 0), 'auto', 'delta', 'died half way'],
    [
      'somebody else has begun one',
      gone((fake) => dataIn(fake, 'pg3').names.push('backup.manifest')),
      'auto',
      'delta',
      'a restore on pg3 died half way',
    ],
    ['a rewind died half way', half([], 1, 'rewind-1'), 'auto', 'delta', 'a rewind of pg3 died half way'],
  ])('%s', async (_case, change, how, way, why) => {
    const found = await planned(change, how);
    expect(found.way, found.notes.join(' ')).toBe(way);
    expect([...found.notes, ...found.checks.map(({ says }) => says)].join(' ')).toContain(why);
    if (way === 'delta') expect(found.checks.filter(({ verdict }) => verdict === 'block')).toEqual([]);
  });

  it('is never asked for without a tool, a backup, a data directory or the name of the node', async () => {
    const ids = async (change: Change, discard?: string) =>
      (await planned(change, 'delta', discard)).checks.filter(({ verdict }) => verdict === 'block').map(({ id }) => id);
    expect(await ids((fake) => Reflect.deleteProperty(fake.shown, 'backups'), 'pg3')).toEqual(['backup-to-restore']);
    expect(await ids((fake) => Object.assign(fake.shown, { backups: backupsOf([], { tool: 'Barman' }) }), 'pg3')).toEqual([
      'backup-to-restore',
    ]);
    expect(await ids(backups(), 'pg3')).toEqual(['backup-to-restore']);
    expect(
      await ids((fake) => {
        shownValue(fake.shown.servers.pg3).process = 'no data directory';
      }, 'pg3'),
    ).toEqual(['data-to-restore-over']);
    expect(await ids(gone(), 'pg2')).toEqual(['typed-name']);
    expect(await ids(half(['backup.manifest'], 'running'), 'pg3')).toEqual(['half-restored']);
  });

  it('says what is overwritten, keeps the WAL of the lost branch, and proves it where nothing is lost', async () => {
    const found = await planned(gone());
    expect(found.discards).toBe('the data directory of pg3 is overwritten in place');
    expect(found.keepWal).toMatchObject({ suffix: 'wal-t6-3000000' });
    expect(found.checks.find(({ id }) => id === 'holds-nothing')).toMatchObject({
      verdict: 'warn',
      hint: 'That WAL is kept aside first.',
    });
    expect(found.restore).toMatchObject({
      set: '20261122-060000F',
      claim: expect.stringMatching(/^restore-\d+-t7-20261122-060000F-[0-9a-f]+$/),
    });
  });

  it.each(['in production', 'shutting down', 'in crash recovery'])(
    'keeps the WAL of a former leader whose control file says %s, which may hold more than that tells',
    async (state) => {
      const found = await planned((fake) => {
        const node = fake.shown.snapshot.members.find(({ name }) => name === 'pg3');
        if (node) Object.assign(node, { sql: notRead('connection refused') });
        const server = shownValue(fake.shown.servers.pg3);
        const stands = { checkpointLsn: PARTED - 1, redoLsn: PARTED - 1, minRecoveryLsn: 0, minRecoveryTimeline: 0 };
        Object.assign(server, { process: 'stopped', control: { ...server.control, ...stands, state } });
      }, 'delta');
      expect(found.keepWal).toMatchObject({ suffix: 'wal-t6-3000000' });
      expect(found.checks.find(({ id }) => id === 'holds-nothing')).toMatchObject({ verdict: 'warn' });
    },
  );

  it('names a restore over a half restored data directory otherwise than the one before, so that it is not taken for done', async () => {
    const first = await planned(half(['backup.manifest'], 1, 'restore-7-t7-20261122-060000F-3200000'));
    const second = await planned(half(['backup.manifest'], 1, 'restore-7-t7-20261122-060000F-h1'));
    expect([first.restore.claim.slice(-3), second.restore.claim.slice(-3)]).toEqual(['-h1', '-h2']);
  });

  it('names a restore otherwise than one that failed before it wrote anything: with its claim the old failure would be told again', async () => {
    const behind = async (claim: string) =>
      (await planned(gone((fake) => Object.assign(dataIn(fake, 'pg3'), { mark: { claim, isOfThis: false } })))).restore.claim;
    const first = (await planned(gone())).restore.claim;
    const second = await behind(first);
    expect([second === first, second.slice(-3), (await behind(second)).slice(-3)]).toEqual([false, '-h1', '-h2']);
  });
});
