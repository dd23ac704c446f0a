import { describe, expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import { holdServer } from '../../src/acts/hold-server.ts';
import { rehearseRewind } from '../../src/acts/rehearse-rewind.ts';
import { rewind } from '../../src/acts/rewind.ts';
import { startServer } from '../../src/acts/start-server.ts';
import { stopServer } from '../../src/acts/stop-server.ts';
import { createStates } from '../../src/states/all.ts';
import { judgeRewound } from '../../src/states/rewound.ts';
import type { UnitSight } from '../../src/core/unit-sight.ts';
import { fakeCluster, shownValue } from '../support/fake-cluster.ts';
import { dataIn, diverge } from '../support/fake-rebuild.ts';
import { CLUSTER, read } from '../support/healthy-cluster.ts';

const context = { claim: '7711-7-r4k2m9xq-step', signal: new AbortController().signal };
const node = { cluster: CLUSTER, member: 'pg3' };
const CLAIM = 'rewind-7711-t7-3000000';
const move = rewind({ ...node, source: 'pg1', restoreWal: false, claim: CLAIM, withinMs: 60_000 });
const start = startServer({ ...node, service: 'patroni' });

function diverged() {
  const fake = fakeCluster();
  diverge(fake);
  return { fake, acts: createActs(fake.hands) };
}

describe('a rewind', () => {
  it('is begun once for a point of divergence, whatever run asks for it', async () => {
    const { fake, acts } = diverged();
    const told = [await acts.perform(move, context), await acts.perform(move, { ...context, claim: 'another-run' })];
    expect(told.map(({ performed }) => performed)).toEqual([true, false]);
    expect(fake.done.filter((line) => line.startsWith('rewind'))).toEqual([`rewind pg3 ${CLAIM}`]);
    expect(dataIn(fake, 'pg3').mark).toEqual({ claim: CLAIM, isOfThis: true });
  });

  it('whose rehearsal fails is refused with the words of pg_rewind, and nothing was written', async () => {
    const { fake } = diverged();
    const unit = {
      ...fake.hands.hosts.unit,
      status: async () => ({ state: 'ended' as const, exitCode: 1 }),
      log: async () => ({ lines: ['pg_rewind: error: could not find previous WAL record at 0/2000100'], more: false }),
    };
    const acts = createActs({ ...fake.hands, hosts: { ...fake.hands.hosts, unit } });
    const rehearsal = rehearseRewind({ ...node, source: 'pg1', restoreWal: false });
    await expect(acts.perform(rehearsal, context)).rejects.toThrow('could not find previous WAL record');
    expect(dataIn(fake, 'pg3').mark).toBeUndefined();
  });

  it('of a server that crashed can not be rehearsed, which is no reason against it', async () => {
    const { fake } = diverged();
    const unit = {
      ...fake.hands.hosts.unit,
      status: async () => ({ state: 'ended' as const, exitCode: 1 }),
      log: async () => ({ lines: ['pg_rewind: error: target server must be shut down cleanly'], more: false }),
    };
    const acts = createActs({ ...fake.hands, hosts: { ...fake.hands.hosts, unit } });
    const told = await acts.perform(rehearseRewind({ ...node, source: 'pg1', restoreWal: false }), context);
    expect(told).toMatchObject({ performed: true, says: expect.stringContaining('crashed') });
  });

  it('that is ended names the state in which it leaves the node', async () => {
    const { fake, acts } = diverged();
    fake.rebuild.units.set(`pg3 ${CLAIM}`, { state: 'running' });
    expect(await acts.end(move, context)).toMatchObject({ gone: true, says: expect.stringContaining('half rewound') });
  });
});

describe('a server', () => {
  it('is not started on a half rewound data directory, not even by the debt of its stop', async () => {
    const { fake, acts } = diverged();
    const stop = stopServer({ ...node, service: 'patroni', systemId: '7711', timeline: 7 });
    await acts.perform(stop, context);
    const debt = acts.debt(stop);
    expect(debt).toMatchObject({ id: 'stopped patroni billing/pg3', release: start, gone: { state: 'service-active' } });
    expect(acts.pays(start)).toEqual([debt?.id]);
    dataIn(fake, 'pg3').mark = { claim: CLAIM, isOfThis: true };
    for (const status of [{ state: 'vanished' }, { state: 'running' }, { state: 'ended', exitCode: 137 }] as const) {
      fake.rebuild.units.set(`pg3 ${CLAIM}`, status);
      await expect(acts.perform(start, context)).rejects.toThrow(/half rewound|being rewound/);
    }
    fake.rebuild.units.delete(`pg3 ${CLAIM}`);
    await expect(acts.perform(start, context), 'its result is deleted after 30 days').rejects.toThrow('half rewound');
    expect(shownValue(fake.shown.servers.pg3).process).toBe('stopped');
    fake.rebuild.units.set(`pg3 ${CLAIM}`, { state: 'ended', exitCode: 0 });
    await acts.perform(start, context);
    expect(shownValue(fake.shown.servers.pg3).process).toBe('running');
  });
});

describe('a server that is being rewound', () => {
  it('is masked, so that a reboot of its host does not start it, until its debt or the run starts it whole', async () => {
    const { fake, acts } = diverged();
    const server = () => shownValue(fake.shown.servers.pg3);
    const hold = holdServer({ ...node, service: 'patroni' });
    await acts.perform(stopServer({ ...node, service: 'patroni', systemId: '7711', timeline: 7 }), context);
    await acts.perform(hold, context);
    expect(server().patroni.enabled).toBe('masked');
    const debt = acts.debt(hold);
    expect(debt).toMatchObject({ id: 'stopped patroni billing/pg3', release: start });
    if (debt === undefined) throw new Error('what is masked is a debt');
    const isGone = async () => (await createStates().judge(debt.gone, fake.view, fake.now)).holds;
    await acts.perform(start, context);
    expect([server().patroni, await isGone()]).toEqual([{ load: 'loaded', active: 'active', enabled: 'enabled' }, true]);
    server().patroni.enabled = 'masked';
    expect(await isGone(), 'it runs, but the next boot would not start it').toBe(false);
  });
});

describe('what became of a rewind', () => {
  const args = { ...node, claim: CLAIM, timeline: 7 };
  const judged = (unit: UnitSight, minRecoveryTimeline: number) => {
    const server = structuredClone(shownValue(fakeCluster().shown.servers.pg3));
    if (server.control) Object.assign(server.control, { timeline: 6, minRecoveryTimeline });
    return judgeRewound(args, read(unit), read(server));
  };
  it.each<[string, UnitSight, number, 'holds' | 'not yet' | 'impossible', string]>([
    ['has not begun', { state: 'absent', lines: [] }, 6, 'not yet', 'has not begun'],
    ['copies', { state: 'running', lines: [' 10/100 kB (10%) copied'] }, 6, 'not yet', 'copied 10 KiB of 100 KiB (10 %)'],
    ['is done', { state: 'ended', exitCode: 0, lines: ['Done!'] }, 7, 'holds', 'leads to timeline 7'],
    [
      'had nothing to do',
      { state: 'ended', exitCode: 0, lines: ['pg_rewind: no rewind required'] },
      6,
      'holds',
      'nothing to rewind',
    ],
    ['says done, and is not', { state: 'ended', exitCode: 0, lines: ['Done!'] }, 6, 'impossible', 'stands on timeline 6'],
    [
      'failed',
      { state: 'ended', exitCode: 1, lines: ['pg_rewind: error: no space'] },
      6,
      'impossible',
      'error: no space): the data',
    ],
    ['went away', { state: 'vanished', lines: [] }, 6, 'impossible', 'must not be started'],
  ])('that %s', (_case, unit, timeline, expected, words) => {
    const verdict = judged(unit, timeline);
    expect(verdict.holds ? 'holds' : verdict.impossible ? 'impossible' : 'not yet').toBe(expected);
    expect(verdict.holds ? verdict.says : verdict.why).toContain(words);
  });
});
