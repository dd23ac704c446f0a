import { expect, it } from 'vitest';
import switchover from '../../runbooks/switchover.ts';
import { type FakeCluster, fakeCluster, memberIn, notRead } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

async function conclude(after: (fake: FakeCluster) => void) {
  const fake = fakeCluster();
  const { input, material, plan } = await switchover.propose({ cluster: CLUSTER, to: 'pg2' }, fake.view);
  after(fake);
  const said = switchover.conclude(input, { material, plan, journal: {}, snapshot: fake.facts().snapshot });
  if (!said) throw new Error('the runbook has a report');
  return said;
}
const texts = (lines: readonly { sign: string; text: string }[], sign: string) =>
  lines.filter((l) => l.sign === sign).map((l) => l.text);

it('tells who leads on which timeline, the roles, the routing and the VIP', async () => {
  const { says, lines } = await conclude((fake) => fake.promote('pg2'));
  expect(says).toBe('pg2 leads billing on timeline 8; before it was pg1 on timeline 7');
  expect(texts(lines, 'ok')).toEqual([
    'Timeline 7 -> 8',
    'pg1 streams, replays 0 B behind',
    'pg2 is the leader',
    'pg3 streams, replays 0 B behind',
    'lb1 sends writes to pg2',
    'lb2 sends writes to pg2',
    'The VIP 10.0.0.100 is held by lb1',
  ]);
});

it('calls it a result of its own when another member won', async () => {
  const { says } = await conclude((fake) => fake.promote('pg3'));
  expect(says).toBe('pg3 leads billing on timeline 8, instead of pg2, which was asked for');
});

it('calls it incomplete when the old leader does not stream', async () => {
  const { says, lines } = await conclude((fake) => {
    fake.promote('pg2');
    memberIn(fake, 'pg1').member.sql = notRead();
  });
  expect(says).toMatch(/Incomplete/);
  expect(texts(lines, 'bad')).toEqual(['pg1 does not answer by SQL: no answer within 3 s']);
});

it('says that the old leader still leads when nothing came of it', async () => {
  expect((await conclude(() => undefined)).says).toBe('pg1 still leads billing on timeline 7; pg2 was not promoted');
});

it('claims no leader that SQL does not prove', async () => {
  const { says } = await conclude((fake) => {
    memberIn(fake, 'pg1').sql.inRecovery = true;
  });
  expect(says).toMatch(/no proven leader/);
});

it('names a split', async () => {
  const { lines } = await conclude((fake) => {
    fake.promote('pg2');
    memberIn(fake, 'pg1').sql.inRecovery = false;
  });
  expect(texts(lines, 'bad')[0]).toBe('pg1 and pg2 are out of recovery at once: split');
});
