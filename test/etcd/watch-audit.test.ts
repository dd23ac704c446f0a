import { describe, expect, it } from 'vitest';
import type { Etcd, EtcdRead } from '../../src/etcd/client.ts';
import { createDelivered } from '../../src/etcd/delivered.ts';
import { auditOnce } from '../../src/etcd/watch-audit.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const read = (revision: number): EtcdRead => ({ revision, clusterId: '7', entries: [], endpoint: 'http://e1' });

/** What an audit finds whose read shows `revision` while the stream goes from `told` to `later`. */
async function found({ told, revision, later }: { told: number; revision: number; later: number }): Promise<readonly string[]> {
  const delivered = createDelivered();
  delivered.restart(told + 1, read(told));
  const clock = virtualClock();
  const etcd: Pick<Etcd, 'access' | 'readScope'> = {
    access: { endpoints: ['http://e1'], clock },
    async readScope() {
      delivered.restart(later + 1, read(later));
      return read(revision);
    },
  };
  const says: string[] = [];
  const options = { etcd, prefix: '/service/', delivered, clusterId: '7' };
  await clock.drive(auditOnce(options, (why) => says.push(why)));
  return says;
}

describe('the audit of a watch', () => {
  it('takes no etcd for restored whose stream went on while the audit waited for its answer', async () => {
    expect(await found({ told: 100, revision: 102, later: 140 })).toEqual([]);
  });

  it('finds an etcd that is behind what it had told before', async () => {
    expect(await found({ told: 100, revision: 60, later: 100 })).toEqual(['the store went back to revision 60']);
  });
});
