import { asError, TrunklineError } from '../core/errors.ts';
import type { Journal, Run } from '../core/run.ts';
import { isFinal } from '../core/run-state.ts';
import { Fenced, Interrupted } from './attempt-errors.ts';
import type { AttemptNeeds, Reins } from './attempt-needs.ts';
import { byWorker } from './audit-line.ts';
import { closedNow } from './closed-now.ts';
import { execute } from './execute.ts';
import { openLogbook } from './logbook.ts';
import { patiently } from './patiently.ts';
import { mayStart } from './may-start.ts';
import { reportOf } from './report.ts';
import { openTeller, type Teller } from './teller.ts';
import { decisionFor, isUndoing, undoAll } from './resume.ts';
import type { Ended, Work } from './step-work.ts';

/**
 * 'Continue run R': takes a new epoch and brings the run as far as it goes, to its end or to where a person must decide. Does
 * nothing for a run that has ended, lapsed or was never queued.
 * @throws Interrupted when another attempt has to go on; Unreachable when the store stays away.
 */
export function createAttempts(needs: AttemptNeeds): (runId: string, reins: Reins) => Promise<void> {
  return async (runId, reins) => {
    const run = await beginAttempt(needs, runId);
    if (!run) return;
    const mine = { ...needs, log: needs.log.child({ run: run.id, cluster: run.cluster, epoch: run.epoch }) };
    try {
      await attempt(mine, run, reins);
    } catch (error) {
      await leave(mine, run, error);
    }
  };
}

/** What an attempt does that cannot bring its run to an end: others go on, or, for a mistake of ours, a person decides. */
async function leave(needs: AttemptNeeds, run: Run, error: unknown): Promise<void> {
  if (error instanceof Fenced) {
    needs.log.warn('this attempt was taken over', { why: error.message });
    return stopObserving(needs, run);
  }
  if (error instanceof Interrupted || (error instanceof TrunklineError && error.kind === 'unreachable')) {
    await stopObserving(needs, run);
    throw error;
  }
  needs.log.error('an attempt broke', { error: asError(error).message });
  const journal = await needs.journal.read(run.id);
  const state = Object.keys(journal).length > 0 ? 'halted' : 'failed';
  const ended = { state, why: `a mistake in Trunkline stopped it: ${asError(error).message}` } as const;
  await end(needs, run, { journal, ended, observed: true });
}

async function beginAttempt({ runs, clock }: AttemptNeeds, id: string): Promise<Run | undefined> {
  const begun = await runs.change(id, (run) => {
    if (run.state !== 'queued' && run.state !== 'running' && run.state !== 'cancelling') return undefined;
    const state = run.state === 'queued' ? 'running' : run.state;
    const what = run.state === 'queued' ? 'run.start' : 'run.continue';
    const audit = byWorker(run, { what, result: `attempt ${run.epoch + 1}`, atMs: clock.now() });
    return { patch: { state, epoch: run.epoch + 1, startedAtMs: run.startedAtMs ?? clock.now() }, audit };
  });
  return begun?.changed ? begun.run : undefined;
}

async function attempt(needs: AttemptNeeds, run: Run, reins: Reins): Promise<void> {
  const journal = await needs.journal.read(run.id);
  const teller = openTeller((now, entries) => tell(needs, now, entries));
  teller.show(run, journal);
  const refused = await mayStart(needs, run, journal);
  if (refused) return end(needs, run, { journal, ended: refused, observed: false, teller });
  const { clock, acts, states, view, log } = needs;
  const logbook = openLogbook({ run, journal, store: needs.journal, clock, changed: (now) => teller.show(run, now) });
  await observe(needs, run, Object.keys(journal).length === 0 ? 'start' : 'middle');
  const work = { run, logbook, view, acts, states, clock, log, debts: needs.debts, ...stopping(needs, run), ...reins };
  const ended = isUndoing(run) ? await undoAll(work) : await execute(work);
  await end(needs, run, { journal: logbook.journal(), ended, observed: true, teller });
}

/** What people want of this run, and how its debts are paid. */
function stopping(
  { runs, debts, gate, clock, log }: AttemptNeeds,
  run: Run,
): Pick<Work, 'cancelledBy' | 'decision' | 'closed' | 'pay'> {
  return {
    decision: decisionFor(run),
    closed: () => closedNow(gate, run, clock.now()),
    async cancelledBy() {
      try {
        const now = await runs.get(run.id);
        return now?.state === 'cancelling' ? (now.cancelledBy?.userName ?? 'somebody') : undefined;
      } catch (error) {
        log.warn('it could not be read whether somebody wants the run stopped', { why: asError(error).message });
        return undefined;
      }
    },
    async pay(ids) {
      for (const id of ids) {
        const audit = byWorker(run, { what: 'debt.paid', result: id, atMs: clock.now() });
        await patiently(clock, () => debts.clear(id, audit));
      }
    },
  };
}

async function observe({ observer, log }: AttemptNeeds, run: Run, from: 'start' | 'middle'): Promise<void> {
  try {
    await observer.begin(run, from);
  } catch (error) {
    log.warn('nothing is measured in this run', { error: asError(error).message });
  }
}

async function stopObserving({ observer, log }: AttemptNeeds, run: Run): Promise<void> {
  try {
    await observer.end(run);
  } catch (error) {
    log.warn('the measuring did not end well', { error: asError(error).message });
  }
}

interface How {
  readonly journal: Journal;
  readonly ended: Ended | undefined;
  readonly observed: boolean;
  readonly teller?: Teller;
}

async function end(needs: AttemptNeeds, run: Run, { journal, ended, observed, teller }: How): Promise<void> {
  const { runs, locks, clock } = needs;
  const report = await reportOf({ ...needs, run, journal, ended, observed });
  let state = endOf(run, ended);
  const why = ended?.why;
  const finished = await patiently(clock, () =>
    runs.change(run.id, (now) => {
      if (now.epoch !== run.epoch || isFinal(now.state)) return undefined;
      state = endOf(now, ended);
      const audit = byWorker(run, { what: 'run.end', result: state, atMs: clock.now(), why });
      return { patch: { state, endedAtMs: clock.now(), report, ...(why ? { why } : {}) }, audit };
    }),
  );
  // Unchanged, but ended so by this attempt: the store had taken it and the answer was lost.
  if (finished?.run.epoch !== run.epoch || finished.run.state !== state) throw new Fenced(run.id);
  if (state !== 'succeeded') await releaseDebts(needs, run);
  if (state !== 'halted') await patiently(clock, () => locks.release({ run: run.id, epoch: run.epoch, locks: run.locks }));
  await teller?.settled();
  await tell(needs, finished.run, journal);
  if (Object.keys(journal).length > 0) await needs.keepLog(finished.run, journal);
}

/** One that is being stopped before anything was done is cancelled, whatever else speaks against it. */
function endOf(run: Run, ended: Ended | undefined): Ended['state'] | 'succeeded' {
  if (!ended) return 'succeeded';
  return ended.state === 'stale' && run.state === 'cancelling' ? 'cancelled' : ended.state;
}

async function releaseDebts(needs: AttemptNeeds, run: Run): Promise<void> {
  try {
    await needs.releaseDebts(run.id);
  } catch (error) {
    needs.log.error('what the run left behind is not gone yet; it is tried again', { error: asError(error).message });
  }
}

/** Chat never stops a run: what can't be shown is logged, and the next change shows it. */
async function tell({ announce, log }: AttemptNeeds, run: Run, journal: Journal): Promise<void> {
  try {
    await announce(run, journal);
  } catch (error) {
    log.warn('the run could not be shown', { run: run.id, error: asError(error).message });
  }
}
