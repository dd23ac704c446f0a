import restart from '../../runbooks/restart.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, shownValue } from './fake-cluster.ts';
import { CLUSTER } from './healthy-cluster.ts';

export type Change = (fake: FakeCluster) => unknown;
const ALL = ['pg1', 'pg2', 'pg3'] as const;

/** Patroni wants these values, and says so where a member has another. */
export const wants =
  (parameters: Record<string, string>, members: readonly string[] = ALL): Change =>
  (fake) => {
    dcsIn(fake).config.sharedMemory = parameters;
    for (const name of members) {
      const { patroni } = memberIn(fake, name);
      const old = shownValue(fake.shown.activities[name]).settings;
      patroni.pendingRestart = true;
      patroni.pendingRestartReason = Object.fromEntries(
        Object.entries(parameters).map(([setting, now]) => [setting, { old: old[setting] ?? '?', new: now }]),
      );
    }
  };
export const raised = wants({ max_connections: '200' });
export const bigger = wants({ shared_buffers: '2GB' }, ['pg1', 'pg2']);
export const lowered = wants({ max_connections: '50' });

export function world(...changes: readonly Change[]): FakeCluster {
  const fake = fakeCluster();
  for (const change of changes) change(fake);
  return fake;
}
export const planFor = async (typed: object, ...changes: readonly Change[]) =>
  (await restart.propose({ cluster: CLUSTER, ...typed }, world(...changes).view)).plan;
