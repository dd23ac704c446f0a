import type { Part } from '../core/message.ts';
import type { Facts } from './facts.ts';
import { joinNames } from './join-names.ts';
import { isSync } from './sync-findings.ts';

/** How commits are replicated, when it is not plainly asynchronous, and by whom. */
export function modeLine({ dcs, lags, primarySql }: Facts): readonly Part[] {
  const sync = lags.filter(({ syncState }) => isSync(syncState)).map(({ name }) => name);
  const who = primarySql ? `sync now: ${joinNames(sync)}` : 'who is sync is not known, SQL on the leader not read';
  if (dcs && dcs.config.synchronousMode !== 'off') {
    const mode = dcs.config.synchronousMode === 'quorum' ? 'quorum commit' : 'synchronous mode';
    return [{ sign: 'info', line: `Replication: ${mode}${dcs.config.synchronousModeStrict ? ', strict' : ''}; ${who}` }];
  }
  return sync.length > 0 ? [{ sign: 'info', line: `Replication: synchronous by PostgreSQL's own setting; ${who}` }] : [];
}
