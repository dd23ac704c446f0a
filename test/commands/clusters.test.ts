import { expect, it } from 'vitest';
import clusters from '../../commands/clusters.ts';
import { fakeView } from '../support/fake-view.ts';
import { messageLines } from '../support/message-lines.ts';
import { healthy, healthyStreaming } from '../support/snapshots.ts';

it('/pg clusters lists names, environments, modes and members, sorted by name', async () => {
  const typed = clusters.parse([]);
  if (typed.does !== 'answer') throw new Error('clusters must answer');
  const message = await typed.answer(fakeView({ snapshots: [healthyStreaming(), healthy()] }), []);
  expect(messageLines(message)).toEqual([
    '[] 2 clusters',
    '[] billing: production, Patroni, 3 members: pg1, pg2, pg3',
    '[] reports: staging, plain streaming, 2 members: pg1, pg2',
    '(From the configuration. How they are now: /pg status)',
  ]);
});
