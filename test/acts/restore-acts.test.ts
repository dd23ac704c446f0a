import { describe, expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import { recoverBackup } from '../../src/acts/recover-backup.ts';
import { restoreBackup } from '../../src/acts/restore-backup.ts';
import { startServer } from '../../src/acts/start-server.ts';
import type { UnitSight } from '../../src/core/unit-sight.ts';
import { isFileReport, restoreProgress } from '../../src/core/unit-progress.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { judgeRecovered } from '../../src/states/backup-recovered.ts';
import { judgeRestore, judgeRestored } from '../../src/states/backup-restored.ts';
import { fakeCluster, shownValue } from '../support/fake-cluster.ts';
import { dataIn, diverge } from '../support/fake-rebuild.ts';
import { CLUSTER, MIB, read } from '../support/healthy-cluster.ts';

const context = { claim: '7711-7-r4k2m9xq-step', signal: new AbortController().signal };
const node = { cluster: CLUSTER, member: 'pg3' };
const OF = '7711-t7-20261122-060000F-3200000';
const set = '20261122-060000F';
const restore = restoreBackup({ ...node, set, claim: `restore-${OF}`, withinMs: 60_000 });
const recover = recoverBackup({ ...node, claim: `recover-${OF}`, withinMs: 60_000 });

function diverged() {
  const fake = fakeCluster();
  diverge(fake);
  return { fake, acts: createActs(fake.hands) };
}

describe('a restore by pgBackRest', () => {
  it('is begun once, after it is written down that it begins', async () => {
    const { fake, acts } = diverged();
    const told = [await acts.perform(restore, context), await acts.perform(restore, { ...context, claim: 'another-run' })];
    expect(told.map(({ performed }) => performed)).toEqual([true, false]);
    expect(fake.done.filter((line) => line.includes(`restore-${OF}`))).toEqual([
      `claim pg3 restore-${OF}`,
      `restore backup pg3 restore-${OF}`,
    ]);
    expect(dataIn(fake, 'pg3').mark).toEqual({ claim: `restore-${OF}`, isOfThis: true });
  });

  it('that is ended names the state in which it leaves the node, as does its recovery', async () => {
    const { fake, acts } = diverged();
    for (const [act, claim, says] of [
      [restore, `restore-${OF}`, 'half restored: `/pg rebuild billing pg3` restores it again'],
      [recover, `recover-${OF}`, 'was ended; `/pg rebuild billing pg3` says how to go on'],
    ] as const) {
      fake.rebuild.units.set(`pg3 ${claim}`, { state: 'running' });
      expect(await acts.end(act, context)).toMatchObject({ gone: true, says: expect.stringContaining(says) });
    }
  });

  it('keeps the server from being started, however it ended, until what it wrote is recovered', async () => {
    const { fake, acts } = diverged();
    dataIn(fake, 'pg3').mark = { claim: `restore-${OF}`, isOfThis: true };
    const start = startServer({ ...node, service: 'patroni' });
    for (const status of [{ state: 'vanished' }, { state: 'running' }, { state: 'ended', exitCode: 0 }] as const) {
      fake.rebuild.units.set(`pg3 restore-${OF}`, status);
      await expect(acts.perform(start, context)).rejects.toThrow(/half restored|being restored/);
    }
    delete dataIn(fake, 'pg3').mark;
    expect(await acts.perform(start, context)).toMatchObject({ performed: true });
  });
});

/** As pgBackRest 2.45 says it. */
const FILE = 'P02 DETAIL: restore file /data/base/4/1255 - exists and matches backup (768KB, 43.90%) checksum 8d60a0df03cf';
const args = { ...node, set, claim: `restore-${OF}` };
const unit = (state: UnitSight['state'], exitCode?: number, lines: readonly string[] = []) =>
  read<UnitSight>({ state, ...(exitCode === undefined ? {} : { exitCode }), lines });

/** `true`, `not yet` or `impossible`, and why. */
function told(verdict: Verdict | undefined): readonly [boolean | string, string] {
  if (!verdict) return ['nothing', ''];
  return verdict.holds ? [true, verdict.says] : [verdict.impossible ? 'impossible' : 'not yet', verdict.why];
}

describe('how a restore stands', () => {
  it('is told with amount, rate and what is left', () => {
    expect(restoreProgress([FILE], { bytes: 100 * MIB, elapsedMs: 4000 })).toBe(
      'restored 43.9 MiB of 100 MiB (43.9 %), 11 MiB/s, about 6 s left',
    );
    expect(restoreProgress([FILE], { elapsedMs: 4000 })).toBe('restored 43.9 %, about 6 s left');
    expect(restoreProgress(["P00 DETAIL: check '/data' exists"], { elapsedMs: 4000 })).toBe("check '/data' exists");
    expect(restoreProgress([], { elapsedMs: 4000 })).toBe('it has said nothing yet');
    expect([FILE, 'P00   INFO: restore size = 68.3MB, file total = 1276'].map(isFileReport)).toEqual([true, false]);
  });

  it.each([
    ['has not begun', unit('absent'), 'not yet', 'has not begun'],
    ['runs', unit('running', undefined, [FILE]), 'not yet', 'restored 43.9 %'],
    ['went away', unit('vanished'), 'impossible', 'half restored'],
    [
      'failed',
      unit('ended', 55, [FILE, 'P00  ERROR: [055]: unable to load info file']),
      'impossible',
      '[055]: unable to load info file',
    ],
    ['was ended', unit('ended', 143), 'impossible', 'exit 143'],
  ])('%s', (_case, sight, is, says) => {
    expect(told(judgeRestore(args, sight, 4000))).toEqual([is, expect.stringContaining(says)]);
  });

  it('is proven by what is in the data directory, and not by its exit code', () => {
    expect(judgeRestore(args, unit('ended', 0), 4000)).toBeUndefined();
    const { fake } = diverged();
    const data = dataIn(fake, 'pg3');
    const judged = (...names: string[]) => told(judgeRestored(args, read({ ...data, names: [...data.names, ...names] })));
    expect(judged('backup_label')[0]).toBe(true);
    expect(judged()).toEqual(['impossible', expect.stringContaining('no backup_label')]);
    expect(judged('backup.manifest', 'backup_label')).toEqual(['impossible', expect.stringContaining('unfinished restore')]);
  });

  it('is recovered once the control file is that of this system and of a standby that was shut down', () => {
    const { fake } = diverged();
    const server = shownValue(fake.shown.servers.pg3);
    const of = { ...node, claim: `recover-${OF}`, systemId: '7711123950511697988' };
    const judged = (sight: ReturnType<typeof unit>, state: string, systemId = of.systemId) => {
      if (server.control) Object.assign(server.control, { state, systemId });
      return told(judgeRecovered(of, sight, read(server)));
    };
    const redo = unit('running', undefined, ['2026-11-26 18:09:29 GMT [238] LOG:  redo starts at 0/B000028']);
    expect(judged(redo, 'in production')).toEqual(['not yet', expect.stringContaining('redo starts at 0/B000028')]);
    expect(judged(unit('ended', 0), 'shut down in recovery')[0]).toBe(true);
    expect(judged(unit('ended', 0), 'in production')[0]).toBe('impossible');
    expect(judged(unit('ended', 0), 'shut down in recovery', '42')).toEqual([
      'impossible',
      expect.stringContaining('another system'),
    ]);
    expect(judged(unit('ended', 1), 'in archive recovery')[0]).toBe('impossible');
    expect(judged(unit('vanished'), 'in archive recovery')[0]).toBe('impossible');
  });
});
