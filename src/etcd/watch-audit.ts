import type { OnceOptions, Resync } from './watch-options.ts';

/** What is on its way when the read is taken gets this long to arrive. */
const GRACE_MS = 500;

interface Audited extends Pick<OnceOptions, 'prefix' | 'delivered' | 'clusterId' | 'heard'> {
  readonly etcd: Pick<OnceOptions['etcd'], 'access' | 'readScope'>;
}

/**
 * Compares what the stream delivered with a fresh linearizable read of the keys. A silent stream that lost something ends; a store
 * that is behind what it told before, or another store, makes the consumer read everything again.
 */
export async function auditOnce(options: Audited, finish: (says: string, resync?: Resync) => void): Promise<void> {
  const { etcd, prefix, delivered, clusterId } = options;
  // While the answer is on its way the stream goes on.
  const toldBefore = delivered.next() - 1;
  const read = await etcd.readScope(prefix, { keysOnly: true });
  if (read.clusterId !== clusterId) {
    return finish('another etcd cluster answers', { why: 'another-cluster', clusterId: read.clusterId });
  }
  if (read.revision < toldBefore) {
    return finish(`the store went back to revision ${read.revision}`, { why: 'rewound', revision: read.revision });
  }
  if (delivered.missing(read).length === 0) return options.heard?.();
  await etcd.access.clock.sleep(GRACE_MS);
  const missing = delivered.missing(read);
  if (missing.length === 0) return options.heard?.();
  finish(`stalled: ${missing.length} keys changed and were not delivered, such as ${missing[0]}`);
}
