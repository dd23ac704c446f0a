import { describe, expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import { takeDown } from '../../src/acts/take-down.ts';
import { judgeSecond } from '../../src/states/second-primary-is.ts';
import { createStates } from '../../src/states/all.ts';
import { heldDown } from '../../src/states/held-down.ts';
import { fakeCluster, notRead, shownValue } from '../support/fake-cluster.ts';
import { SPLIT } from '../support/fake-streaming.ts';
import { read, sqlOf } from '../support/healthy-cluster.ts';

const SYSTEM = '7711123950511697988';
const context = { claim: '7711-7-r4k2m9xq-stop', signal: new AbortController().signal };
const act = takeDown({ cluster: SPLIT, member: 'pg3', systemId: SYSTEM, timeline: 6 });

describe('a second primary that is taken down', () => {
  it('is marked before it is stopped, and masked after it, so that at no moment a start makes a primary of it', async () => {
    const fake = fakeCluster();
    await createActs(fake.hands).perform(act, context);
    expect(fake.done.slice(1)).toEqual(['mark running standby pg3', 'service stop pg3', 'service mask pg3']);
    expect(await createStates().judge(heldDown(SPLIT, 'pg3'), fake.view, 0)).toMatchObject({ holds: true });
  });

  it('is left alone by a worker that was frozen meanwhile', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    await acts.perform(act, context);
    const before = fake.done.length;
    expect(await acts.perform(act, context)).toMatchObject({ performed: false });
    expect(fake.done.slice(before).filter((line) => !line.startsWith('claim'))).toEqual([]);
  });

  it('is not stopped by a worker that was frozen behind its mark: it may lead, or stream, in another life by then', async () => {
    const fake = fakeCluster();
    const { hosts } = fake.hands;
    const slow: typeof hosts.run = async (...asked) => {
      const came = await hosts.run(...asked);
      fake.now += 60_000;
      return came;
    };
    const late = createActs({ ...fake.hands, hosts: { ...hosts, run: slow } }).perform(act, context);
    await expect(late).rejects.toThrow('so it was not done any more');
    expect(fake.done.slice(1)).toEqual(['mark running standby pg3']);
  });

  it('is a debt that fences it again and never starts it', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    const debt = acts.debt(act);
    if (!debt) throw new Error('it makes a debt');
    await acts.perform(act, context);
    await acts.perform(debt.release, context);
    expect(shownValue(fake.split.shown.servers.pg3)).toMatchObject({ process: 'stopped', standbySignal: true });
    expect(await createStates().judge(debt.gone, fake.view, 0)).toMatchObject({ holds: false });
  });
});

describe('what the guard of its stop says of one', () => {
  const args = { cluster: SPLIT, member: 'pg3', systemId: SYSTEM, timeline: 6 };
  const pg2 = (from: string | undefined) => {
    const { walReceiver: _, ...sql } = sqlOf('pg2', 'pg1', 7, SYSTEM);
    const receives = from === undefined ? {} : { walReceiver: { status: 'streaming', senderHost: from } };
    return { name: 'pg2', host: '10.0.0.2', sql: read({ ...sql, ...receives }) };
  };
  const row = { name: 'pg2', state: 'streaming', syncState: 'async' };
  const own = { ...sqlOf('pg3', 'pg3', 6, SYSTEM), standbys: [] };
  const verdict = (is: Parameters<typeof judgeSecond>[1], from?: string) =>
    judgeSecond(args, is, { host: '10.0.0.3', others: [pg2(from)] });

  it.each<[string, ReturnType<typeof verdict>, boolean, string]>([
    ['leads alone', verdict(read(own)), true, 'nobody follows it'],
    [
      'has a row of a standby that receives from another one',
      verdict(read({ ...own, standbys: [row] }), '10.0.0.1'),
      true,
      'nobody',
    ],
    ['has a standby', verdict(read({ ...own, standbys: [row] }), '10.0.0.3'), false, 'pg2 streams from pg3'],
    ['may have a standby', verdict(read({ ...own, standbys: [row] })), false, 'pg2 streams from pg3'],
    ['is in recovery by now', verdict(read({ ...own, inRecovery: true })), false, 'no second primary any more'],
    ['is on another timeline', verdict(read({ ...own, timeline: 8 })), false, 'timeline 8 now'],
    ['is another system', verdict(read({ ...own, systemId: '42' })), false, 'another cluster'],
    ['does not answer', verdict(notRead('no answer')), false, 'does not answer'],
  ])('that %s', (_case, found, holds, part) => {
    expect(found.holds).toBe(holds);
    expect('says' in found ? found.says : found.why).toContain(part);
  });
});
