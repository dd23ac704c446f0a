import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '../../src/core/condition.ts';
import type { Signal } from '../../src/core/signal.ts';
import { createAudit } from '../../src/store/audit.ts';
import { createIncidentActs } from '../../src/store/incident-acts.ts';
import { keysOf } from '../../src/store/keys.ts';
import { createSignals, type SignalsOptions } from '../../src/store/signals.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

let server: RedisServer;
let count = 0;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

/** Two bots on one store, and what waits for the owners of incidents. */
function world(options: Partial<SignalsOptions> = {}) {
  count += 1;
  const prefix = `fold-${count}`;
  const redis = server.client();
  const bots = {
    a: createSignals(redis, { prefix, bot: 'a', ...options }),
    b: createSignals(redis, { prefix, bot: 'b', ...options }),
  };
  const acts = createIncidentActs(redis, prefix, createAudit(redis, keysOf(prefix)), quietLog);
  let atMs = 1_800_000_000_000;
  return {
    ...bots,
    acts,
    pass: (millis: number) => {
      atMs += millis;
    },
    async tell(signal: Omit<Signal, 'atMs'>, bot: 'a' | 'b' = 'a') {
      atMs += 1000;
      const commit = { watch: 'w', clusterId: '77', revision: 1, atMs, states: {}, signals: [{ ...signal, atMs }] };
      const [claim] = await bots[bot].commit(commit);
      if (!claim) throw new Error('no claim');
      return claim;
    },
    posts: async (incident: string) => (await acts.since([{ incident, folded: 0 }]))[0]?.acts ?? [],
  };
}

const about = (
  kind: 'raised' | 'worsened' | 'cleared',
  id: string,
  key: string,
  roots: Partial<Condition> = {},
): Omit<Signal, 'atMs'> => ({
  ...{ id, cluster: 'billing', revision: 0, kind, cause: 'condition', says: `${key} ${kind}` },
  condition: { ...{ key, situation: 'replication-lag', severity: 'warning', joins: [], provides: [] }, ...roots },
});
const leader = (id: string, changes: Partial<Signal> = {}): Omit<Signal, 'atMs'> => ({
  ...{ id, cluster: 'billing', revision: 5, kind: 'lost', cause: 'crash', from: 'pg1', says: 'pg1 lost the leader key' },
  ...changes,
});

/** The incident of a key that was raised and not cleared since. */
function lastOf(told: readonly { readonly kind: string; readonly key: string; readonly incident: string }[], key: string) {
  const last = told.findLast((one) => one.key === key);
  return last && last.kind !== 'cleared' ? [last.incident] : [];
}

describe('a condition', () => {
  it('is raised once and cleared once, however many bots see it, for their ids differ', async () => {
    const { tell } = world();
    expect(await tell(about('raised', 'a1', 'lag pg2'))).toMatchObject({ incident: 'a1', verdict: 'ours' });
    expect(await tell(about('raised', 'b1', 'lag pg2'), 'b')).toMatchObject({ incident: 'a1', verdict: 'told' });
    expect(await tell(about('cleared', 'b2', 'lag pg2'), 'b')).toMatchObject({ incident: 'a1', verdict: 'theirs' });
    expect(await tell(about('cleared', 'a2', 'lag pg2'))).toMatchObject({ verdict: 'told' });
    expect(await tell(about('raised', 'a3', 'lag pg2'))).toMatchObject({ incident: 'a3', verdict: 'ours' });
  });

  it('is told once that it grew heavier, for each rise over all bots, in its incident, and by its owner', async () => {
    const { tell } = world();
    await tell(about('raised', 'a1', 'lag pg2'));
    const rise = (id: string, rises: number) => about('worsened', id, 'lag pg2', { severity: 'critical', rises });
    expect(await tell(rise('b2', 1), 'b')).toMatchObject({ incident: 'a1', verdict: 'theirs', signal: { kind: 'worsened' } });
    expect(await tell(rise('a2', 1))).toMatchObject({ incident: 'a1', verdict: 'told' });
    expect(await tell(rise('a3', 2))).toMatchObject({ incident: 'a1', verdict: 'ours' });
    expect(await tell(about('cleared', 'a4', 'lag pg2'))).toMatchObject({ incident: 'a1', verdict: 'ours' });
    expect(await tell(rise('a5', 3))).toMatchObject({ verdict: 'told' });
  });

  it('opens an incident when it grows heavier than what people have resolved by hand', async () => {
    const { tell, a } = world();
    await tell(about('raised', 'c1', 'x'));
    await a.close('billing', 'c1');
    expect(await tell(about('worsened', 'c2', 'x', { rises: 1 }))).toMatchObject({ incident: 'c2', verdict: 'ours' });
    expect(await tell(about('cleared', 'c3', 'x'))).toMatchObject({ incident: 'c2', verdict: 'ours' });
  });

  it('is in an open incident from its raise to its clear, each told once, in whatever order two bots tell and tell again', async () => {
    const kinds = ['raised', 'worsened', 'cleared'] as const;
    const step = fc.record({
      kind: fc.constantFrom(...kinds),
      key: fc.constantFrom('x', 'y'),
      n: fc.integer({ min: 0, max: 3 }),
      by: fc.constantFrom('a' as const, 'b' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { tell, a } = world();
        const incidents = new Set<string>();
        const told: { readonly id: string; readonly kind: string; readonly key: string; readonly incident: string }[] = [];
        for (const { kind, key, n, by } of steps) {
          const id = `${kind}-${key}-${n}`;
          const { incident, verdict, again } = await tell(about(kind, id, key, { rises: n, provides: [`member:${key}`] }), by);
          if (verdict !== 'told' && !again) told.push({ id, kind, key, incident });
          incidents.add(incident);
          const lasts = new Set(['x', 'y'].flatMap((of) => lastOf(told, of)));
          for (const each of incidents)
            expect(await a.close('billing', each, { ifNothingHeld: true }), each).toBe(!lasts.has(each));
        }
        expect(new Set(told.map((one) => one.id)).size).toBe(told.length);
      }),
      { numRuns: 25 },
    );
  });

  it('joins the open incident that provides its root, so that a dead host is one incident', async () => {
    const { tell } = world();
    await tell(about('raised', 'gone', 'member-gone pg3', { provides: ['host:10.0.0.3', 'member:billing/pg3'] }));
    const slot = about('raised', 'slot', 'slot pg3', { joins: ['member:billing/pg3'] });
    const proxy = about('raised', 'lb', 'proxy lb3', { joins: ['host:10.0.0.9', 'host:10.0.0.3'] });
    const lag = about('raised', 'lag', 'lag pg2', { joins: ['member:billing/pg2'] });
    expect([(await tell(slot)).incident, (await tell(proxy)).incident, (await tell(lag)).incident]).toEqual([
      'gone',
      'gone',
      'lag',
    ]);
  });

  it("joins what a lost leader's incident provides, its cluster and its host", async () => {
    const { tell } = world();
    await tell(leader('loss', { provides: ['host:10.0.0.1'] }));
    const stops = about('raised', 'c1', 'replication-stopped', { joins: ['cluster:billing'] });
    const lb = about('raised', 'c2', 'proxy lb1', { joins: ['host:10.0.0.1'] });
    expect([(await tell(stops)).incident, (await tell(lb)).incident]).toEqual(['loss', 'loss']);
    expect(await tell(leader('next'))).toMatchObject({ incident: 'loss' });
  });

  it('opens its own when the incident that provided its root is closed', async () => {
    const { tell, a } = world();
    await tell(leader('loss'));
    await a.close('billing', 'loss');
    expect(await tell(about('raised', 'c1', 'x', { joins: ['cluster:billing'] }))).toMatchObject({ incident: 'c1' });
  });

  it('clears silently when people have resolved its incident before', async () => {
    const { tell, a } = world();
    await tell(about('raised', 'c1', 'x'));
    await a.close('billing', 'c1');
    expect(await tell(about('cleared', 'c2', 'x'))).toMatchObject({ verdict: 'told' });
    expect(await tell(about('raised', 'c3', 'x'))).toMatchObject({ incident: 'c3', verdict: 'ours' });
  });

  it('never changes which incident a leader change opens', async () => {
    const { tell } = world();
    await tell(about('raised', 'c1', 'x', { provides: ['cluster:billing'] }));
    expect(await tell(leader('loss'))).toMatchObject({ incident: 'loss', verdict: 'ours' });
    expect(await tell(leader('led', { kind: 'led', to: 'pg2' }))).toMatchObject({ incident: 'loss' });
  });
});

describe('a root that comes later than what follows from it', () => {
  it('absorbs their incidents with all that they hold, and what clears then is told in its own', async () => {
    const { tell, posts } = world();
    await tell(about('raised', 'slot', 'slot pg3', { joins: ['member:billing/pg3'], provides: ['slot:x'] }));
    await tell(about('raised', 'wal', 'wal x', { joins: ['slot:x'] }));
    const gone = await tell(about('raised', 'gone', 'member-gone pg3', { provides: ['member:billing/pg3'] }));
    expect(gone.incident).toBe('gone');
    expect(await posts('slot')).toMatchObject([{ act: 'absorbed', into: 'gone' }]);
    const absorbed = (await posts('gone')).flatMap((act) => (act?.act === 'absorb' ? (act.signal.condition?.key ?? '') : []));
    expect([...absorbed].sort()).toEqual(['slot pg3', 'wal x']);
    expect(await tell(about('cleared', 'c', 'wal x'))).toMatchObject({ incident: 'gone' });
    expect(await tell(about('raised', 'd', 'wal y', { joins: ['slot:x'] }))).toMatchObject({ incident: 'gone' });
  });

  it('absorbs a condition as heavy as it has grown', async () => {
    const { tell, posts } = world();
    await tell(about('raised', 'lag', 'lag pg3', { joins: ['member:billing/pg3'] }));
    await tell(about('worsened', 'lag2', 'lag pg3', { severity: 'critical', rises: 1, joins: ['member:billing/pg3'] }));
    await tell(about('raised', 'gone', 'member-gone pg3', { provides: ['member:billing/pg3'] }));
    expect(await posts('gone')).toMatchObject([{ act: 'absorb', signal: { condition: { severity: 'critical', rises: 1 } } }]);
  });

  it('leaves alone what has stood there for longer than it could be a consequence', async () => {
    const { tell, posts, pass } = world();
    await tell(about('raised', 'lag', 'lag pg3', { joins: ['cluster:billing'] }));
    pass(16 * 60_000);
    await tell(leader('loss'));
    expect(await posts('lag')).toEqual([]);
  });

  it("hands what an older incident of the leader holds to the cluster's next one, which follows it", async () => {
    const { tell, posts } = world();
    await tell(leader('loss1'));
    await tell(about('raised', 'c1', 'x', { joins: ['cluster:billing'] }));
    await tell(leader('led1', { kind: 'led', to: 'pg2' }));
    await tell(leader('loss2', { from: 'pg2' }));
    expect(await posts('loss2')).toMatchObject([{ act: 'absorb', incident: 'loss1', signal: { id: 'c1' } }]);
    expect(await tell(about('cleared', 'c2', 'x'))).toMatchObject({ incident: 'loss2' });
  });
});

describe('flapping', () => {
  const options = { flapping: { changes: 3, withinMs: 1_800_000 } };
  const change = async ({ tell }: ReturnType<typeof world>, i: number) => [
    await tell(leader(`lost${i}`)),
    await tell(leader(`led${i}`, { kind: 'led', to: 'pg2' })),
  ];

  it('makes one incident of the third change and of all that follow while it is open', async () => {
    const of = world(options);
    const all = [...(await change(of, 1)), ...(await change(of, 2)), ...(await change(of, 3)), ...(await change(of, 4))];
    expect(all.map(({ incident }) => incident)).toEqual(['lost1', 'lost1', 'lost2', 'lost2', 'lost3', 'lost3', 'lost3', 'lost3']);
    expect(all.map(({ signal }) => signal.flapping)).toEqual([...Array(4).fill(undefined), 3, undefined, 4, undefined]);
    expect(await of.tell(leader('lost4'), 'b')).toMatchObject({ verdict: 'theirs', signal: { flapping: 4 } });
  });

  it('does not count changes that are long ago, asked for by people or told late', async () => {
    const of = world(options);
    await change(of, 1);
    await change(of, 2);
    await of.tell(leader('planned', { cause: 'planned' }));
    await of.tell(leader('led-p', { kind: 'led', cause: 'planned', to: 'pg1' }));
    await of.tell(leader('late', { replayed: true }));
    await of.tell(leader('led-l', { kind: 'led', to: 'pg1' }));
    of.pass(1_900_000);
    expect((await change(of, 3)).map(({ incident }) => incident)).toEqual(['lost3', 'lost3']);
    expect((await change(of, 4)).map(({ signal }) => signal.flapping)).toEqual([undefined, undefined]);
  });

  it('counts a name that is written over another once: with the loss that it comes back from, or alone where there was none', async () => {
    const of = world(options);
    const stolen = (id: string) => of.tell(leader(id, { kind: 'overwritten', cause: 'unknown', to: 'pg2' }));
    await change(of, 1);
    expect(await stolen('stolen1')).toMatchObject({ incident: 'lost1' });
    await of.a.close('billing', 'lost1');
    expect((await stolen('stolen2')).signal.flapping).toBeUndefined();
    await of.a.close('billing', 'stolen2');
    expect(await stolen('stolen3')).toMatchObject({ incident: 'stolen3', signal: { flapping: 3 } });
  });
});
