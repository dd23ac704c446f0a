import { expect, it } from 'vitest';
import { dynamicConfig } from '../../src/compose/dynamic-config.ts';
import { restHands } from '../../src/compose/rest-hands.ts';
import { systemClock } from '../../src/core/clock.ts';

const KEY = '/service/billing/config';

function reading(entries: readonly { readonly key: string; readonly value: string }[]) {
  const answer = {
    revision: 7,
    clusterId: '1',
    endpoint: 'http://e1:2379',
    entries: entries.map((one) => ({ ...one, modRevision: 7, lease: '0' })),
  };
  return dynamicConfig('/service/billing/', { readScope: async () => answer }, systemClock)();
}

it('is read from the key of the DCS, without what may hold a secret', async () => {
  const value = JSON.stringify({ ttl: 30, postgresql: { parameters: { archive_command: 'curl k3y', work_mem: '4MB' } } });
  const found = await reading([
    { key: '/service/billing/leader', value: 'pg1' },
    { key: KEY, value },
  ]);
  expect(found).toMatchObject({
    source: `etcd, ${KEY}`,
    value: { ttl: 30, postgresql: { parameters: { archive_command: '[set, not shown]', work_mem: '4MB' } } },
  });
});

it('says why it can not be read', async () => {
  expect(await reading([])).toMatchObject({ ok: false, why: `there is no key ${KEY}` });
  expect(await reading([{ key: KEY, value: 'k3y' }])).toMatchObject({ ok: false, why: 'not JSON' });
});

it('stops an act where it can not be read, as there is nothing to compare with', async () => {
  const hands = restHands(
    () => {
      throw new Error('nothing is to be sent');
    },
    () => reading([]),
  );
  await expect(hands.config('billing')).rejects.toMatchObject({
    kind: 'unreachable',
    message: `the configuration of billing cannot be read from the DCS: there is no key ${KEY}`,
  });
});
