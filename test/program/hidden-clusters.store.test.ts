import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOf } from '../support/run-of.ts';
import { factsOf } from '../support/store-of.ts';
import { until } from '../support/until.ts';
import { type GateScene, startGate } from './support/gate.ts';

const HIDDEN_RUN = 'r0hidden1';
const inOps = { channel: 'db-ops' };
let scene: GateScene;
beforeAll(async () => {
  scene = await startGate();
  await scene.store.runs.create(
    runOf({ id: HIDDEN_RUN, cluster: 'vault', environment: 'secret', input: { cluster: 'vault' } }),
    factsOf({ run: HIDDEN_RUN }),
  );
}, 60_000);
afterAll(() => scene.stop());

describe('the ceiling of a channel', () => {
  it('lets nobody ask where only seeing is allowed, and says where to', async () => {
    expect(await scene.typed('olga', 'switchover orders', 'db-audit')).toContain(
      'nobody may ask for switchover in this channel (at most: see)',
    );
    expect(await scene.typed('olga', 'can orders switchover', 'db-audit')).toContain(
      'Nobody may ask for switchover on orders in this channel (at most: see)',
    );
    expect((await scene.posted('olga', 'status orders', 'db-audit')).shown).toContain('orders');
    expect((await scene.store.audit.read(1, 999)).at(-1)).toMatchObject({
      what: 'command.switchover',
      result: 'refused',
      who: 'U0OLGA',
    });
  });

  it('hides what it does not cover from everybody there, an admin too', async () => {
    expect(await scene.typed('adam', 'status billing', 'db-alerts')).toContain('there is no cluster billing');
    const { shown } = await scene.posted('adam', 'clusters', 'db-alerts');
    expect(shown).toContain('orders');
    expect(shown).not.toMatch(/billing|vault/);
  });
});

describe('a cluster that somebody may not see', () => {
  it.each([
    'help',
    'clusters',
    'status',
    'lag',
    'runs',
    'runs --open',
    'status vaul',
    'run r0hidden',
    'can billing swichover',
    'frobnicate',
  ])('is not named in the answer to /pg %s', async (text) => {
    const before = new Set((await scene.workspace.messages()).map(({ ts }) => ts));
    // What is wrong with it is told in the channel of alerts, to whoever is let in there.
    const answers = async () =>
      (await scene.workspace.messages()).filter(({ ts, place }) => !before.has(ts) && place !== 'db-alerts');
    const fresh = async () => (await answers()).map(({ shown }) => shown);
    await scene.workspace.as('olga').command('/pg', text, inOps);
    await until(async () => (await fresh()).length > 0, 15_000);
    expect((await fresh()).join('\n').replaceAll(`/pg ${text}`, '').replaceAll('there is no cluster vaul.', '')).not.toContain(
      'vault',
    );
  });

  it.each([
    'status NAME',
    'lag NAME',
    'runs NAME',
    'switchover NAME',
    'switchover NAME --to pg2 --reason "x"',
    'can NAME switchover',
  ])('is answered like one that does not exist: /pg %s', async (text) => {
    const hidden = await scene.typed('olga', text.replace('NAME', 'vault'));
    expect(hidden).toContain('there is no cluster');
    expect(hidden).toBe((await scene.typed('olga', text.replace('NAME', 'vaulx'))).replaceAll('vaulx', 'vault'));
  });

  it.each(['run ID', 'approve ID', 'confirm ID', 'withdraw ID', 'deny ID --reason "no"'])(
    'has no runs for them: /pg %s is answered like a run that does not exist',
    async (text) => {
      const who = text.startsWith('withdraw') || text.startsWith('confirm') ? 'olga' : 'anna';
      const hidden = await scene.typed(who, text.replace('ID', HIDDEN_RUN));
      expect(hidden).toContain('there is no run');
      expect(hidden).toBe((await scene.typed(who, text.replace('ID', 'r0hidden2'))).replaceAll('r0hidden2', HIDDEN_RUN));
    },
  );

  it('is there for those who may see it', async () => {
    expect((await scene.posted('adam', 'clusters')).shown).toContain('vault');
    expect((await scene.posted('adam', `run ${HIDDEN_RUN}`)).shown).toContain(HIDDEN_RUN);
  });

  it('leaves lines in the audit log about who tried, one by one as long as they are few', async () => {
    const refused = (await scene.store.audit.read(1, 9999)).filter(({ result, who }) => result === 'refused' && who === 'U0OLGA');
    expect(refused.filter(({ cluster: name }) => name === 'vault').map(({ what }) => what)).toEqual(
      expect.arrayContaining(['command.status', 'command.lag']),
    );
  });
});
