import type { StandbyReads } from '../../src/core/standby.ts';

const notRead = async () => ({ ok: false, why: 'not in this fake', source: 'the fake', atMs: 0 }) as const;

/** For views of tests that make no standby. */
export const noStandbyReads: StandbyReads = {
  host: notRead,
  source: notRead,
  progress: notRead,
  rules: notRead,
  etcdAccess: notRead,
};
