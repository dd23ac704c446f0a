import { describe, expect, it } from 'vitest';
import { keptMessage } from '../../src/status/kept-message.ts';
import { fakeCluster, notRead } from '../support/fake-cluster.ts';
import { keep } from '../support/fake-rebuild.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';
import { messageLines } from '../support/message-lines.ts';

describe('what is kept on the hosts', () => {
  it('is told with its size, its run, its path and how it goes away', async () => {
    const fake = fakeCluster();
    keep(fake);
    const lines = messageLines(await keptMessage(CLUSTER, fake.view)).join('\n');
    expect(lines).toContain('1 folder is kept on the hosts of billing, 100 MiB in all');
    expect(lines).toContain('pg3: an old data directory, 100 MiB, since');
    expect(lines).toContain('r4k2m9xq');
    expect(lines).toContain('/data/main.old-t6-3000000');
    expect(lines).toContain('/pg kept clean billing pg3 old-t6-3000000');
  });

  it('is not said to be nothing where a host did not answer', async () => {
    const { view } = fakeCluster();
    const silent = { ...view, kept: async () => notRead() };
    expect((await keptMessage(CLUSTER, silent)).summary).toBe('Nothing is kept on the hosts of billing that answer');
  });
});
