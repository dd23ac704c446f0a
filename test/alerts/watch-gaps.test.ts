import { describe, expect, it } from 'vitest';
import { createLeaderWatch } from '../../src/alerts/leader-watch.ts';
import type { DcsSource } from '../../src/alerts/ports.ts';
import type { DcsRevision } from '../../src/core/dcs-change.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** A watch that was away since revision 100, and in which order the store hears what. */
function setUp(keeps?: () => Promise<void>) {
  let tick: () => unknown = () => undefined;
  const clock = {
    ...virtualClock(),
    every(_: number, work: () => unknown) {
      tick = work;
      return () => undefined;
    },
  };
  const etcd = { revision: 500, clusterId: '77', scopes: [] };
  let position = { revision: 100, clusterId: '77', atMs: 1000, states: {} };
  const heard: string[] = [];
  const noted: number[] = [];
  let handlers: Parameters<DcsSource['follow']>[1] | undefined;
  const none = async () => [];
  const watch = createLeaderWatch({
    source: {
      name: 'main/s/',
      read: async () => ({ ...etcd }),
      follow(_, given) {
        handlers = given;
        return async () => undefined;
      },
    },
    clusterOf: () => 'billing',
    store: {
      position: async () => position,
      async commit({ revision, clusterId, atMs, signals }) {
        position = { ...position, revision, clusterId, atMs };
        heard.push(`position ${revision}`);
        noted.push(atMs);
        return signals.map((signal) => ({ signal, incident: signal.id, verdict: 'told' as const, again: false }));
      },
      ...{ told: async () => undefined, takeOver: none, renew: none, claim: async () => true, close: async () => true },
    },
    gaps: {
      begun: ({ id, told }) => void heard.push(`begun ${id} told ${told}`),
      over: ({ id, how, fromMs }) => void heard.push(`over ${id} ${how} since ${fromMs}`),
      dropped: (id) => void heard.push(`dropped ${id}`),
      kept: keeps ?? (async () => void heard.push('kept')),
    },
    desk: {
      handle: async () => undefined,
      recorded: async () => undefined,
      overtaken: () => undefined,
      movedTo: async () => undefined,
      tells: () => false,
      owned: () => [],
      renewed: () => undefined,
      adopt: () => undefined,
      handedOver: () => undefined,
      tick: async () => undefined,
      stop: async () => undefined,
    },
    facts: { ourRun: async () => undefined },
    ...{ clock, log: quietLog },
  });
  const follow = () => {
    if (!handlers) throw new Error('the watch does not follow');
    return handlers;
  };
  const pass = (ms: number) => clock.drive(clock.sleep(ms));
  return { watch, heard, noted, follow, etcd, pass, tick: () => tick() };
}
const GAP = 'gap main/s/ 77-1000';
const leader = (revision: number, name?: string): DcsRevision => ({
  revision,
  scopes: [{ scope: '/s/billing/', changes: [{ key: 'leader', ...(name === undefined ? {} : { name }) }] }],
});

describe('a watch that was away', () => {
  it('has what it knows of that time kept before its position goes on, so that no death of the bot loses the report', async () => {
    const { watch, heard, follow } = setUp();
    await watch.start();
    await until(() => heard.includes('position 100'));
    expect(heard).toEqual([`begun ${GAP} told 0`, 'kept', 'position 100']);
    follow().deliver(leader(200, 'pg1'));
    follow().deliver(leader(201, 'pg2'));
    await until(() => heard.includes('position 201'));
    expect(heard.slice(3)[0]).toMatch(/^begun .* told [12]$/);
    expect(heard.lastIndexOf('kept')).toBeLessThan(heard.lastIndexOf('position 201'));
    await watch.stop();
  });

  it('leaves the time from which on nobody watched as it was until it has caught up, so that another bot finds the same', async () => {
    const { watch, heard, follow, noted, tick } = setUp();
    await watch.start();
    await until(() => heard.includes('position 100'));
    follow().deliver(leader(200, 'pg1'));
    follow().deliver(leader(201, 'pg2'));
    await until(() => heard.includes('position 201'));
    expect(noted).toEqual(noted.map(() => 1000));
    follow().deliver(leader(500));
    await until(() => heard.includes('position 500'));
    await tick();
    expect(heard.filter((line) => line.startsWith('over'))).toEqual([`over ${GAP} away since 1000`]);
    expect(noted.at(-1)).toBeGreaterThan(1000);
    await watch.stop();
  });

  it('does not go on while that can not be kept', async () => {
    let tries = 0;
    const keeps = async () => {
      tries += 1;
      throw new Error('the store is away');
    };
    const { watch, heard } = setUp(keeps);
    await watch.start();
    await until(() => tries > 0);
    await watch.stop();
    expect(heard.filter((line) => line.startsWith('position'))).toEqual([]);
  });

  it('reports once what it began to report and what turns out to be more of it', async () => {
    const { watch, heard, follow, etcd } = setUp();
    await watch.start();
    follow().deliver(leader(200, 'pg1'));
    follow().deliver(leader(201, 'pg2'));
    await until(() => heard.includes('position 201'));
    Object.assign(etcd, { revision: 5, clusterId: '88' });
    await follow().resync({ why: 'another-cluster' });
    expect(heard.filter((line) => /^(over|dropped)/.test(line))).toEqual([`over ${GAP} restored since 1000`]);
    await watch.stop();
  });

  it('reports once a cut that it was still judging when the watch had to begin anew', async () => {
    const { watch, heard, follow, etcd, pass, tick } = setUp();
    await watch.start();
    follow().deliver(leader(500, 'pg1'));
    await until(async () => {
      await tick();
      return heard.includes('position 500');
    });
    await pass(1000);
    follow().connected?.(false);
    await pass(60_000);
    follow().connected?.(true);
    Object.assign(etcd, { revision: 5, clusterId: '88' });
    await follow().resync({ why: 'another-cluster' });
    const begun = heard
      .filter((line) => line.startsWith('begun'))
      .at(-1)
      ?.split(' told')[0]
      ?.slice('begun '.length);
    expect(heard.at(-1)).toMatch(new RegExp(`^over ${begun} restored`));
    await watch.stop();
  });

  it('does not say who leads while it is cut, for another bot may have told of a newer leader', async () => {
    const { watch, follow } = setUp();
    await watch.start();
    follow().deliver(leader(500, 'pg1'));
    expect(watch.holder('billing')).toBe('pg1');
    follow().connected?.(false);
    expect(watch.holder('billing')).toBeUndefined();
    follow().connected?.(true);
    expect(watch.holder('billing')).toBe('pg1');
    await watch.stop();
  });

  it('says that nothing was missed only when the stream has stood, for what it has not sent yet is not known', async () => {
    const { watch, heard, follow, tick } = setUp();
    await watch.start();
    follow().connected?.(false);
    for (let ticks = 0; ticks < 10; ticks += 1) await tick();
    expect(heard.filter((line) => line.startsWith('over'))).toEqual([]);
    follow().connected?.(true);
    for (const name of ['pg1', 'pg2']) follow().deliver(leader(name === 'pg1' ? 200 : 201, name));
    for (let ticks = 0; ticks < 3; ticks += 1) await tick();
    expect(heard.filter((line) => line.startsWith('over'))).toHaveLength(1);
    expect(heard.findLast((line) => line.startsWith('begun'))).toMatch(/told [12]$/);
    await watch.stop();
  });
});
