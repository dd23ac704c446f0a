import type { Clock } from '../core/clock.ts';
import type { Debt } from '../core/debt.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Run } from '../core/run.ts';
import { isFinal, type RunState } from '../core/run-state.ts';
import type { View } from '../core/view.ts';
import { byWorker } from './audit-line.ts';
import { type Telling, tellingOf } from './kept-debt.ts';
import type { Acts, DebtStore, RunStore, States } from './needs.ts';

export interface DebtKeeperNeeds {
  readonly debts: DebtStore;
  readonly runs: Pick<RunStore, 'get'>;
  readonly acts: Pick<Acts, 'perform'>;
  readonly states: Pick<States, 'judge'>;
  readonly view: View;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells people of a debt that is still there although its run has ended, or that ends soon. Never rejects. */
  readonly tell: (debt: Debt, why: string, telling: Telling) => Promise<void>;
}

/** Takes away what ended runs have left behind, and tells people until it is gone. */
export interface DebtKeeper {
  /** Those of one run, now. @throws when the store can't be read. */
  release(run: string): Promise<void>;
  /** Those of every run that has ended or halted, except while an emergency that took it over goes on; called again and again, by any number of workers. */
  sweep(): Promise<void>;
}

const WITHIN_MS = 30_000;
const GOES_ON: readonly (RunState | undefined)[] = ['queued', 'running', 'cancelling'];

/** Going back to safe needs neither lock nor approval: the acts that do it are harmless, and each is looked at afterwards. */
export function createDebtKeeper(needs: DebtKeeperNeeds): DebtKeeper {
  const settle = async (debt: Debt, may: boolean) => {
    const why = await tryToEnd(needs, debt, may && debt.kept?.anyhow !== true);
    if (why === undefined) return;
    const telling = tellingOf(debt, !may || debt.kept?.anyhow === true, needs.clock.now());
    if (telling !== undefined) await needs.tell(debt, why, telling);
  };
  const lookAfter = async (debt: Debt) => {
    const run = await needs.runs.get(debt.run);
    if (await isTakenOver(needs.runs, run)) return;
    const state = run?.state;
    // A run that succeeded had a step to take it away: what is left then may be in use, so people decide.
    if (!GOES_ON.includes(state)) await settle(debt, state !== 'succeeded');
  };
  return {
    async release(run) {
      if (await isTakenOver(needs.runs, await needs.runs.get(run))) return;
      for (const debt of await needs.debts.list()) if (debt.run === run) await settle(debt, true);
    },
    async sweep() {
      for (const debt of await needs.debts.list()) {
        // One that can't be looked after must not keep the others from it.
        await lookAfter(debt).catch((error: unknown) =>
          needs.log.error('a debt could not be looked after', { debt: debt.id, run: debt.run, error: asError(error).message }),
        );
      }
    },
  };
}

/**
 * True while an emergency that ended this run, or one that ended that, is not final: to take away what was left behind could undo what it
 * relies on, as a stopped primary.
 */
async function isTakenOver(runs: DebtKeeperNeeds['runs'], run: Run | undefined): Promise<boolean> {
  const by = run?.takenOverBy === undefined ? undefined : await runs.get(run.takenOverBy);
  return by !== undefined && (!isFinal(by.state) || (await isTakenOver(runs, by)));
}

/** Resolves with why it is still there. */
async function tryToEnd(needs: DebtKeeperNeeds, debt: Debt, may: boolean): Promise<string | undefined> {
  const before = await stillThere(needs, debt);
  if (before === undefined) return undefined;
  if (!may) return debt.kept === undefined ? `its run succeeded and left it: ${before}` : before;
  try {
    const context = { claim: `debt-${debt.run}-${debt.step}`, signal: AbortSignal.timeout(WITHIN_MS) };
    await needs.acts.perform(debt.release, context);
  } catch (error) {
    needs.log.warn('a debt could not be released', { debt: debt.id, run: debt.run, why: asError(error).message });
    return asError(error).message;
  }
  return stillThere(needs, debt);
}

/** Why it is not known to be gone; when it is gone, that is written down. */
async function stillThere({ states, view, debts, clock }: DebtKeeperNeeds, debt: Debt): Promise<string | undefined> {
  try {
    const verdict = await states.judge(debt.gone, view, debt.sinceMs);
    if (!verdict.holds) return verdict.why;
  } catch (error) {
    return `it could not be looked at: ${asError(error).message}`;
  }
  const about = { id: debt.run, cluster: debt.cluster, planHash: '' };
  await debts.clear(debt.id, byWorker(about, { what: 'debt.gone', result: debt.says, atMs: clock.now(), step: debt.step }));
  return undefined;
}
