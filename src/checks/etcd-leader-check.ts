import type { EtcdTerm } from '../core/etcd-term.ts';
import { type Check, passed, warned } from '../core/check.ts';
import { formatDuration } from '../core/units.ts';

const ID = 'etcd-leader-changes';
const WITHIN_MS = 15 * 60_000;
const LIMIT = 'none in 15 min';
const HINT = 'Wait until etcd is calm, and look at its log and its disks: each change delays writes of the DCS.';

/** etcd that changes its leader often may do so in the middle of the switchover; told by the raft term, which each leader has anew. */
export function etcdLeaderCheck(term: EtcdTerm | undefined, nowMs: number): Check {
  if (!term) return warned(ID, 'whether etcd changed its leader lately could not be read', 'Look at its log.', LIMIT);
  const { sinceMs, watchedSinceMs, formerSeenAtMs } = term;
  const ago = (ms: number) => formatDuration(Math.max(0, nowMs - ms));
  if (formerSeenAtMs !== undefined && nowMs - sinceMs < WITHIN_MS) {
    const when = nowMs - formerSeenAtMs < WITHIN_MS ? `in the last ${ago(formerSeenAtMs)}` : `${ago(sinceMs)} ago or before`;
    return warned(ID, `etcd changed its leader ${when}, now raft term ${term.term}`, HINT, LIMIT);
  }
  if (nowMs - sinceMs >= WITHIN_MS) return passed(ID, `etcd has had the same leader for ${ago(sinceMs)} or longer`, LIMIT);
  const says = `etcd has had the same leader for the ${ago(watchedSinceMs)} that this process has watched it; what was before is not known`;
  return passed(ID, says, LIMIT);
}
