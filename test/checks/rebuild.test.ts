import { describe, expect, it } from 'vitest';
import { planRebuild, type Rebuild } from '../../src/checks/rebuild-plan.ts';
import { lookForRebuild } from '../../src/checks/rebuild-facts.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead, shownValue } from '../support/fake-cluster.ts';
import { dataIn, diverge, PARTED } from '../support/fake-rebuild.ts';
import { CLUSTER, MIB } from '../support/healthy-cluster.ts';

type Change = (fake: FakeCluster) => void;
type Asked = Partial<Parameters<typeof planRebuild>[1]>;

async function planned(change: Change, asked: Asked = {}): Promise<Rebuild> {
  const fake = fakeCluster();
  change(fake);
  const facts = await lookForRebuild(CLUSTER, 'pg3', fake.view);
  return planRebuild(facts, { how: 'auto', discard: 'pg3', ...asked });
}

const control = (fake: FakeCluster) => {
  const found = shownValue(fake.shown.servers.pg3).control;
  if (!found) throw new Error('pg3 has a control file here');
  return found;
};
/** pg3 parted, and this is so as well. */
const parted =
  (more: Change = () => undefined): Change =>
  (fake) => {
    diverge(fake);
    more(fake);
  };
const patroniDoes: Change = (fake) => {
  dcsIn(fake).config.usePgRewind = true;
};
const marked = (exitCode: number | undefined | 'forgotten'): Change =>
  parted((fake) => {
    dataIn(fake, 'pg3').mark = { claim: 'rewind-1', isOfThis: true };
    if (exitCode === 'forgotten') return;
    fake.rebuild.units.set('pg3 rewind-1', exitCode === undefined ? { state: 'vanished' } : { state: 'ended', exitCode });
  });

describe('what a rebuild comes to', () => {
  it.each<[string, Change, Asked, Rebuild['way'], string]>([
    ['a member that streams', () => undefined, {}, 'nothing', 'streams from pg1'],
    ['a former leader that went on alone', parted(), {}, 'rewind', 'parted from pg1'],
    ['the same where Patroni may rewind', parted(patroniDoes), {}, 'wait', 'rewinds it by itself'],
    ['the same, asked for all the same', parted(patroniDoes), { how: 'rewind' }, 'rewind', 'asked for'],
    [
      'one that receives the new timeline and looks like streaming, but replays its own',
      (fake) => {
        const { sql } = memberIn(fake, 'pg1');
        const row = sql.standbys.find(({ name }) => name === 'pg3');
        diverge(fake);
        Object.assign(memberIn(fake, 'pg3').sql, { timeline: 7, walReceiver: { status: 'streaming', timeline: 7 } });
        if (row) memberIn(fake, 'pg1').sql.standbys.push(row);
      },
      {},
      'rewind',
      'parted from pg1',
    ],
    ['a copy that is asked for', parted(), { how: 'reinit' }, 'reinit', 'asked for'],
    [
      'no checksums and no hints',
      parted((fake) => Object.assign(control(fake), { dataChecksums: false, walLogHints: false })),
      {},
      'reinit',
      'checksums off',
    ],
    ['another system', parted((fake) => Object.assign(control(fake), { systemId: '42' })), {}, 'reinit', 'another system'],
    ['needed WAL that is gone', parted((fake) => dataIn(fake, 'pg3').walFiles.pop()), {}, 'reinit', 'files are gone'],
    [
      'a role without rights',
      parted((fake) => shownValue(fake.rebuild.source).role?.lacks.push('pg_read_binary_file(text)')),
      {},
      'reinit',
      'may not execute',
    ],
    [
      'no such role',
      parted((fake) => Reflect.deleteProperty(shownValue(fake.rebuild.source), 'role')),
      {},
      'reinit',
      'has no role',
    ],
    [
      'no role configured',
      parted((fake) => Object.assign(fake.rebuild, { source: notRead('the configuration names no `rewind` role') })),
      {},
      'reinit',
      'is not known',
    ],
    [
      'a file that postgres may not write',
      parted((fake) => Object.assign(dataIn(fake, 'pg3'), { unwritable: '/data/server.key' })),
      {},
      'reinit',
      'may not write /data/server.key',
    ],
    [
      'a history that is gone',
      parted((fake) => Reflect.deleteProperty(dataIn(fake, 'pg3'), 'history')),
      {},
      'reinit',
      'is not known',
    ],
    ['a rewind that failed half way', marked(1), {}, 'reinit', 'died half way'],
    ['a rewind that went away half way', marked(undefined), {}, 'reinit', 'died half way'],
    ['a rewind whose result was deleted after 30 days', marked('forgotten'), {}, 'reinit', 'died half way'],
    ['a rewind that ended well', marked(0), {}, 'rewind', 'parted from pg1'],
    [
      'a mark of a data directory that was replaced',
      parted((fake) => Object.assign(dataIn(fake, 'pg3'), { mark: { claim: 'x', isOfThis: false } })),
      {},
      'rewind',
      'parted',
    ],
    [
      'one that stands before the point where it would have parted',
      parted((fake) => {
        Object.assign(control(fake), { checkpointLsn: PARTED - MIB, minRecoveryLsn: PARTED - MIB });
        memberIn(fake, 'pg3').sql.replayLsn = PARTED - MIB;
      }),
      {},
      'wait',
      'has nothing that pg1 lacks',
    ],
  ])('%s', async (_case, change, asked, way, why) => {
    const found = await planned(change, asked);
    expect([found.way, found.notes[0]]).toEqual([way, expect.stringContaining(why)]);
  });

  it('throws nothing away because a host did not answer, but copies into a data directory that is not there', async () => {
    const silent = await planned(parted((fake) => Object.assign(fake.rebuild.data, { pg3: notRead() })));
    expect(silent.checks.find(({ id }) => id === 'can-be-read')).toMatchObject({ verdict: 'block', hard: true });
    const empty = await planned(
      parted((fake) => {
        Object.assign(fake.rebuild.data, { pg3: notRead() });
        shownValue(fake.shown.servers.pg3).process = 'no data directory';
        delete shownValue(fake.shown.servers.pg3).control;
      }),
    );
    expect([empty.way, empty.hasData, empty.checks.some(({ verdict }) => verdict === 'block')]).toEqual(['reinit', false, false]);
  });

  it('says how much lies on the lost branch and keeps its WAL from the file in which it parted', async () => {
    const found = await planned(parted());
    expect(found.notes.join(' ')).toContain('pg3 wrote at least 2 MiB of WAL on timeline 6 after 0/3000000');
    expect(found.keepWal).toEqual({ from: '000000060000000000000003', suffix: 'wal-t6-3000000' });
    expect(found.checks.map(({ id, verdict }) => [id, verdict])).toEqual(
      ['not-paused', 'same-system', 'divergence', 'checksums-or-hints', 'full-page-writes', 'clean-shutdown', 'needed-wal']
        .concat('rewind-role', 'unwritable-files', 'space', 'typed-name')
        .map((id) => [id, 'pass']),
    );
  });

  it('fetches WAL that is gone where it can', async () => {
    const found = await planned(
      parted((fake) => Object.assign(dataIn(fake, 'pg3'), { restoreCommand: 'fetch %f %p', walFiles: [] })),
    );
    expect([found.way, found.restoreWal]).toEqual(['rewind', true]);
  });

  it('is blocked where something is discarded and the name was not typed for that', async () => {
    for (const discard of [undefined, 'pg2']) {
      const found = await planned(parted(), { discard });
      expect(found.checks.find(({ id }) => id === 'typed-name')).toMatchObject({ verdict: 'block', hard: true });
    }
  });

  it('is blocked where what was asked for can not work', async () => {
    const found = await planned(
      parted((fake) => dataIn(fake, 'pg3').walFiles.pop()),
      { how: 'rewind' },
    );
    expect(found.checks.find(({ id }) => id === 'needed-wal')).toMatchObject({ verdict: 'block', hard: true });
  });

  it('deletes the old copy only where both do not fit, and says so; never reaches outside of the data directory', async () => {
    const tight = await planned(
      parted((fake) => Object.assign(shownValue(memberIn(fake, 'pg3').member.disk).data, { freeBytes: 50 * MIB })),
      { how: 'reinit' },
    );
    expect([tight.deletesOld, tight.discards]).toEqual([true, 'the old data directory of pg3 is deleted']);
    const outside = await planned(
      parted((fake) => dataIn(fake, 'pg3').tablespaces.push('16400')),
      { how: 'reinit' },
    );
    expect(outside.checks.find(({ id }) => id === 'inside-the-data-directory')).toMatchObject({ verdict: 'block' });
  });

  it.each<[string, Change, string]>([
    ['the leader itself', (fake) => fake.promote('pg3'), 'a leader is not rebuilt'],
    [
      'a leader that is in recovery',
      (fake) => Object.assign(memberIn(fake, 'pg1').sql, { inRecovery: true }),
      'there is no primary',
    ],
    ['two primaries', (fake) => Object.assign(memberIn(fake, 'pg2').sql, { inRecovery: false }), 'two primaries'],
    ['no leader', (fake) => Reflect.deleteProperty(dcsIn(fake), 'leader'), 'nobody holds the leader key'],
    ['a standby cluster', (fake) => Object.assign(dcsIn(fake).config, { standbyCluster: true }), 'standby cluster'],
  ])('is refused for %s', async (_case, change, words) => {
    await expect(planned(change)).rejects.toThrow(words);
  });

  it('is not a new copy of a member that streams: that is a reinit, which is named', async () => {
    const refused = planned(() => undefined, { how: 'reinit' });
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining('/pg reinit billing pg3 --discard pg3') });
  });
});
