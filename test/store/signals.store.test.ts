import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Signal } from '../../src/core/signal.ts';
import { createPeers } from '../../src/store/peers.ts';
import { createSignals, type SignalCommit } from '../../src/store/signals.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

let server: RedisServer;
let count = 0;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

function bots(ownerMs = 10_000) {
  count += 1;
  const prefix = `signals-${count}`;
  return ['a', 'b'].map((bot) => createSignals(server.client(), { prefix, bot, ownerMs }));
}
const signal = (revision: number, changes: Partial<Signal> = {}): Signal => ({
  id: `77-${revision}-billing`,
  cluster: 'billing',
  revision,
  atMs: revision,
  kind: 'lost',
  cause: 'crash',
  from: 'pg1',
  says: 'pg1 lost the leader key',
  ...changes,
});
const commit = (revision: number, signals: readonly Signal[] = [], changes: Partial<SignalCommit> = {}): SignalCommit => ({
  ...{ watch: 'etcd1/service', clusterId: '77', revision, atMs: revision, states: { billing: { revision } }, signals },
  ...changes,
});

describe('signals', () => {
  it('gives a signal to one of two bots that commit it at the same time', async () => {
    const [a, b] = bots();
    const verdicts = await Promise.all([a, b].map((bot) => bot?.commit(commit(5, [signal(5)]))));
    expect(
      verdicts
        .flat()
        .map((claim) => claim?.verdict)
        .sort(),
    ).toEqual(['ours', 'theirs']);
  });

  it('finds a told signal told when it is replayed', async () => {
    const [a, b] = bots();
    await a?.commit(commit(5, [signal(5)]));
    await a?.told(signal(5).id, { channel: 'C1', ts: '1.1' });
    expect(await b?.commit(commit(5, [signal(5)]))).toMatchObject([{ verdict: 'told' }]);
    expect(await b?.takeOver()).toEqual([]);
  });

  it('hands an untold signal to another bot only after its owner fell silent', async () => {
    const [a, b] = bots(150);
    await a?.commit(commit(5, [signal(5)]));
    expect(await b?.takeOver()).toEqual([]);
    let taken: readonly unknown[] = [];
    await until(async () => {
      taken = (await b?.takeOver()) ?? [];
      return taken.length > 0;
    });
    expect(taken).toMatchObject([{ incident: signal(5).id, verdict: 'ours', again: true }]);
    expect(await a?.renew([signal(5).id])).toEqual([signal(5).id]);
  });

  it("leaves a dead bot's incident whole to who takes it over, so that its thread keeps the order", async () => {
    const [a, b] = bots(100);
    await a?.commit(commit(1000, [signal(999, { kind: 'silent' }), signal(1000)]));
    const led = signal(1001, { kind: 'led', to: 'pg2' });
    let claims = await b?.commit(commit(1001, [led]));
    await until(async () => {
      claims = await b?.takeOver();
      return claims?.length !== 0;
    });
    expect(claims?.map(({ signal: { revision } }) => revision)).toEqual([999, 1000, 1001]);
  });

  it('does not tell the newest alone when the owner of the earlier ones has just died', async () => {
    const [a, b] = bots(50);
    await a?.commit(commit(5, [signal(5)]));
    await until(async () => (await server.client().exists(`{signals-${count}}:owner:${signal(5).id}`)) === 0);
    expect(await b?.commit(commit(6, [signal(6, { kind: 'led', to: 'pg2' })]))).toMatchObject([{ verdict: 'theirs' }]);
    expect(await b?.takeOver()).toMatchObject([{ signal: { revision: 5 } }, { signal: { revision: 6 } }]);
  });

  it('hands out again what a bot owns and has not told, for a claim alone tells nothing', async () => {
    const [a, b] = bots(50);
    await a?.commit(commit(5, [signal(5)]));
    await until(async () => (await b?.claim(signal(5).id)) ?? false);
    expect(await b?.takeOver()).toMatchObject([{ signal: { revision: 5 }, again: true }]);
    expect(await a?.takeOver()).toEqual([]);
  });

  it('never moves a position back, but follows an etcd cluster that was made anew', async () => {
    const [a] = bots();
    await a?.commit(commit(9));
    await a?.commit(commit(4));
    expect(await a?.position('etcd1/service')).toMatchObject({ revision: 9, states: { billing: { revision: 9 } } });
    await a?.commit(commit(2, [], { clusterId: '88' }));
    expect(await a?.position('etcd1/service')).toMatchObject({ revision: 2, clusterId: '88' });
  });

  it('joins the new leader to the incident of the loss, and opens another for the next loss', async () => {
    const [a] = bots();
    const led = signal(6, { kind: 'led', to: 'pg2' });
    const [lost, took, again] = [
      await a?.commit(commit(5, [signal(5)])),
      await a?.commit(commit(6, [led])),
      await a?.commit(commit(7, [signal(7, { from: 'pg2' })])),
    ];
    expect([lost, took, again].map((claims) => claims?.[0]?.incident)).toEqual(['77-5-billing', '77-5-billing', '77-7-billing']);
  });

  it("joins the loss to the probes' incident, for it is the same one", async () => {
    const [a] = bots();
    await a?.commit(commit(0, [signal(0, { id: 'probe-1', kind: 'silent' })]));
    expect(await a?.commit(commit(5, [signal(5)]))).toMatchObject([{ incident: 'probe-1' }]);
  });

  it("counts a leader's silence once and its return once, whenever each bot began to probe", async () => {
    const [a, b] = bots();
    const probed = (id: string, kind: 'silent' | 'heard') => commit(0, [signal(0, { id, kind, says: `${kind} by ${id}` })]);
    expect(await a?.commit(probed('a1', 'silent'))).toMatchObject([{ verdict: 'ours' }]);
    expect(await b?.commit(probed('b1', 'silent'))).toMatchObject([{ verdict: 'told', incident: 'a1' }]);
    expect(await b?.commit(probed('b1-heard', 'heard'))).toMatchObject([{ verdict: 'theirs', incident: 'a1' }]);
    expect(await a?.commit(probed('a1-heard', 'heard'))).toMatchObject([{ verdict: 'told' }]);
    for (const id of ['a1', 'b1-heard']) await a?.told(id, { channel: 'C1', ts: '1.1' });
    expect(await b?.commit(probed('b2', 'silent'))).toMatchObject([{ verdict: 'ours' }]);
  });

  it('tells a silence once although another bot, late, finds the same one after the leader has changed', async () => {
    const [a, b] = bots();
    const silence = (minute: number) => signal(0, { id: `77-3-billing-silent-${minute}`, kind: 'silent' });
    expect(await a?.commit(commit(3, [silence(10)]))).toMatchObject([{ verdict: 'ours' }]);
    await a?.commit(commit(5, [signal(4), signal(5, { kind: 'led', from: 'pg1', to: 'pg2' })]));
    expect(await b?.commit(commit(3, [silence(11)]))).toMatchObject([{ verdict: 'told' }]);
  });

  it('tells a silence again when the same leader was heard in between', async () => {
    const [a, b] = bots();
    const probed = (minute: number, kind: 'silent' | 'heard') => {
      const id = `77-3-billing-silent-${minute}${kind === 'heard' ? '-heard' : ''}`;
      return commit(3, [signal(0, { id, kind })]);
    };
    await a?.commit(probed(10, 'silent'));
    expect(await a?.commit(probed(10, 'heard'))).toMatchObject([{ verdict: 'ours' }]);
    for (const end of ['', '-heard']) await a?.told(`77-3-billing-silent-10${end}`, { channel: 'C1', ts: '1.1' });
    expect(await b?.commit(probed(12, 'silent'))).toMatchObject([{ verdict: 'ours' }]);
  });

  it('tells the silence of the next leader although the one before was silent too', async () => {
    const [a] = bots();
    await a?.commit(commit(0, [signal(0, { id: 'p1', kind: 'silent' })]));
    await a?.commit(commit(6, [signal(5), signal(6, { kind: 'led', to: 'pg1' })]));
    expect(await a?.commit(commit(6, [signal(0, { id: 'p2', kind: 'silent' })]))).toMatchObject([{ verdict: 'ours' }]);
  });

  it('knows a change in the history that was seen live, by the timeline that it left', async () => {
    const [a] = bots();
    await a?.commit(commit(6, [signal(6, { kind: 'led', to: 'pg2', timeline: 3 })]));
    const missed = signal(0, { id: 'history-3', kind: 'missed', timeline: 3 });
    expect(await a?.commit(commit(7, [missed, { ...missed, id: 'history-4', timeline: 4 }]))).toMatchObject([
      { verdict: 'told' },
      { verdict: 'ours' },
    ]);
  });

  it('keeps a leader key that is stolen back, and its release, in the incident of the loss while that is open', async () => {
    const [a] = bots();
    const story = [
      signal(5),
      signal(6, { kind: 'led' }),
      signal(7, { kind: 'overwritten', cause: 'unknown', from: 'pg2', to: 'pg1' }),
      signal(8, { kind: 'lost', cause: 'released' }),
      signal(9, { kind: 'led' }),
    ];
    const claims = await a?.commit(commit(9, story));
    expect(new Set(claims?.map(({ incident }) => incident))).toEqual(new Set(['77-5-billing']));
    expect(await a?.commit(commit(12, [signal(12)]))).toMatchObject([{ incident: '77-12-billing' }]);
  });

  it("keeps a run's own change out of the cluster's incidents", async () => {
    const [a] = bots();
    expect(await a?.commit(commit(5, [signal(5, { run: 'r4k2m9xq' })]))).toMatchObject([{ incident: 'run:r4k2m9xq' }]);
    expect(await a?.commit(commit(8, [signal(8)]))).toMatchObject([{ incident: '77-8-billing' }]);
  });

  it('leaves a change to the bot that still tells an older one of the cluster, so that they are told in order', async () => {
    const [a, b] = bots();
    await a?.commit(commit(5, [signal(5)]));
    expect(await b?.commit(commit(7, [signal(7, { kind: 'overwritten' })]))).toMatchObject([{ verdict: 'theirs' }]);
    expect(await a?.commit(commit(7, [signal(7, { kind: 'overwritten' })]))).toMatchObject([{ verdict: 'ours' }]);
    expect(await b?.commit(commit(8, [signal(8, { id: '77-8-orders', cluster: 'orders' })]))).toMatchObject([
      { verdict: 'ours' },
    ]);
  });

  it('names what a bot must tell before it, so that a bot which gave that up leaves both to its next sweep', async () => {
    const [a] = bots();
    await a?.commit(commit(5, [signal(5)]));
    const next = signal(7, { kind: 'overwritten' });
    expect(await a?.commit(commit(7, [next]))).toMatchObject([{ verdict: 'ours', after: ['77-5-billing'] }]);
    await a?.told('77-5-billing', { channel: 'C1', ts: '1.1' });
    expect(await a?.commit(commit(7, [next]))).toMatchObject([{ verdict: 'ours', after: [] }]);
  });

  it('hands out nothing before an older change of the same cluster that a living bot still tells', async () => {
    const [a, b] = bots(400);
    await a?.commit(commit(5, [signal(5)]));
    await a?.commit(commit(7, [signal(7, { kind: 'overwritten', id: '77-7-billing' })]));
    const alive = setInterval(() => void a?.renew(['77-5-billing']), 50);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await b?.takeOver()).toEqual([]);
    clearInterval(alive);
    let taken: readonly { readonly signal: Signal }[] = [];
    await until(async () => {
      taken = (await b?.takeOver()) ?? [];
      return taken.length > 0;
    });
    expect(taken.map((claim) => claim.signal.id)).toEqual(['77-5-billing', '77-7-billing']);
  });

  it('says that a change may be told already when no bot reached the store for seconds before it', async () => {
    const client = server.client();
    const a = createSignals(client, { prefix: 'doubt', bot: 'a' });
    await createPeers(client, { prefix: 'doubt', bot: 'a' }).beat();
    expect(await a.commit(commit(5, [signal(5)]))).toMatchObject([{ verdict: 'ours', again: false }]);
    expect(await a.takeOver()).toMatchObject([{ again: true, isInDoubt: false }]);
    await client.set('{doubt}:beat', String(Date.now() - 4000));
    const inDoubt = { again: true, isInDoubt: true };
    expect(await a.commit(commit(7, [signal(7, { id: '77-7-orders', cluster: 'orders' })]))).toMatchObject([inDoubt]);
    expect(await a.takeOver()).toMatchObject([inDoubt, inDoubt]);
    // Whoever sees something now notes it before it is told, so nothing waits for that.
    const now = { id: '77-9-ledger', cluster: 'ledger', atMs: Date.now() + 5000 };
    expect(await a.commit(commit(9, [signal(9, now)]))).toMatchObject([{ again: true, isInDoubt: false }]);
  });
});

describe('the bots of one store', () => {
  it('have places in the order in which they speak when the store is away, and a dead one gives its place up', async () => {
    const client = server.client();
    const [a, b] = ['a', 'b'].map((bot) => createPeers(client, { prefix: 'peers', bot }));
    expect([await a?.beat(), await b?.beat(), await a?.beat()]).toEqual([0, 1, 0]);
    await client.zadd('{peers}:bots', Date.now() - 11_000, 'a');
    expect(await b?.beat()).toBe(0);
  });
});
