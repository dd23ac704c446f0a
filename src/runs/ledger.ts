import type { Ledger } from '../core/command.ts';
import { asError, refusal, TrunklineError } from '../core/errors.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import { byPerson } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { castVote } from './vote.ts';
import { withdrawRun } from './withdraw.ts';

/**
 * What people do to requests; buttons and commands call the same three functions. Every call is audited, refusals included, and
 * each asks afresh whether the person may.
 */
export function createLedger(needs: LedgerNeeds): Ledger {
  return {
    approve: (id, by) =>
      audited(needs, { id, by, what: 'run.approve' }, (run) => castVote(needs, run, { by, verdict: 'approve' })),
    deny: (id, by, reason) =>
      audited(needs, { id, by, what: 'run.deny' }, (run) => castVote(needs, run, { by, verdict: 'deny', reason })),
    withdraw: (id, by) => audited(needs, { id, by, what: 'run.withdraw' }, (run) => withdrawRun(needs, run, by)),
  };
}

interface Deed {
  readonly id: string;
  readonly by: Asker;
  readonly what: string;
}

async function audited<T>(needs: LedgerNeeds, { id, by, what }: Deed, act: (run: Run) => Promise<T>): Promise<T> {
  const run = await needs.runs.get(id);
  try {
    return await act(await seen(needs, run, { id, by, what }));
  } catch (error) {
    const about = run ?? { id, cluster: '', planHash: '' };
    const refused = error instanceof TrunklineError && error.kind !== 'bug' && error.kind !== 'unreachable';
    const said = { what, result: refused ? 'refused' : 'broke', atMs: needs.clock.now(), why: asError(error).message };
    await needs.audit.append(byPerson(by, about, said));
    throw error;
  }
}

/** The run, when this person may see its cluster; otherwise the same answer as for one that does not exist. */
async function seen({ gate }: LedgerNeeds, run: Run | undefined, { id, by }: Deed): Promise<Run> {
  const unknown = refusal(`there is no run ${id.slice(0, 20)}`, 'See `/pg runs` for the runs that there are.');
  if (!run) throw unknown;
  try {
    await gate.admit(by, 'viewer', run.cluster);
  } catch (error) {
    throw error instanceof TrunklineError && error.kind === 'refusal' ? unknown : error;
  }
  return run;
}
