import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalsEngine } from '../support/approvals-engine.ts';
import { askerOf } from '../support/engine-on.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { runOf } from '../support/run-of.ts';

let server: RedisServer;
const toStop: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(async () => {
  for (const stop of toStop.reverse()) await stop();
  await server.stop();
});

const REVERSE = { says: 'the leader back to pg3', input: { cluster: 'billing', to: 'pg3' } };

async function engine(changes: Parameters<typeof runOf>[0] = {}) {
  const made = approvalsEngine(server, toStop);
  const report = { says: 'done', lines: [], reverse: REVERSE };
  const old = runOf({ state: 'succeeded', report, reason: 'drill', ...changes });
  await made.store.runs.create(old, {
    ...{ atMs: 1, who: 'U0ASKER', via: 'slack' },
    what: 'run.request',
    result: 'succeeded',
    run: old.id,
  });
  return { ...made, old };
}

describe('the reverse of a run that succeeded', () => {
  it('is a request of its own with the reverse as its input, asked for once, and the old run says where it is', async () => {
    const { old, ledger, get, audited } = await engine();
    const pressed = await Promise.allSettled(['U0A', 'U0B'].map((who) => ledger.revert(old.id, askerOf(who))));
    expect(pressed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { reversedAs = '' } = await get(old);
    const fresh = await get({ id: reversedAs });
    expect(fresh).toMatchObject({ state: 'pending', votes: [], asked: REVERSE.input, reason: `takes run ${old.id} back: drill` });
    expect((await audited()).filter((line) => line.startsWith(`run.revert ${reversedAs}`))).toHaveLength(1);
    await expect(ledger.revert(old.id, askerOf('U0C'))).rejects.toThrow(/was asked for already|at this moment/);
  });

  it('is not there for a run that has none or did not succeed, nor for somebody who may not ask; that is audited', async () => {
    const failed = await engine({ state: 'failed' });
    await expect(failed.ledger.revert(failed.old.id, askerOf('U0A'))).rejects.toThrow('can not be taken back by one word');
    const gone = await engine();
    gone.left.add('U0GONE');
    await expect(gone.ledger.revert(gone.old.id, askerOf('U0GONE'))).rejects.toThrow();
    expect((await gone.audited()).join('\n')).toContain('run.revert broke U0GONE');
  });
});
