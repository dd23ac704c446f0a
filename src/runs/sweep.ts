import { asError } from '../core/errors.ts';
import type { Run } from '../core/run.ts';
import { byWorker } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { type LookAheadNeeds, lookAhead } from './look-ahead.ts';
import { type NagNeeds, nag } from './nag.ts';
import { type RemindNeeds, remind } from './remind.ts';
import { enqueue } from './vote.ts';

export type SweepNeeds = Pick<LedgerNeeds, 'runs' | 'journal' | 'queue' | 'clock' | 'log' | 'announce'> &
  RemindNeeds &
  LookAheadNeeds &
  NagNeeds;

const MOST = 1000;

/**
 * Picks up what a dead process left behind, every few seconds: writes down and shows what has expired (it counted as expired
 * already), queues what is approved and whose time has come, and asks for a worker for what is queued or running. Reminds of what
 * waits, looks ahead at what is scheduled, and nags about reviews, each once however many processes sweep.
 * @throws Error that names the runs that could not be picked up; the others were.
 */
export function createSweep(needs: SweepNeeds): () => Promise<void> {
  return async () => {
    const open = await needs.runs.list({ open: true, limit: MOST });
    const results = await Promise.allSettled([...open.map((run) => pickUp(needs, run)), nag(needs)]);
    const failed = results.flatMap((result, at) =>
      result.status === 'rejected' ? [`${open[at]?.id ?? 'reviews'}: ${asError(result.reason).message}`] : [],
    );
    if (failed.length > 0) throw new Error(failed.join('; '));
  };
}

async function pickUp(needs: SweepNeeds, run: Run): Promise<void> {
  if (run.state === 'expired') await expire(needs, run);
  else if (run.state === 'pending') await remind(needs, run);
  else if (run.state === 'approved') await (needs.clock.now() < (run.scheduledAtMs ?? 0) ? lookAhead : enqueue)(needs, run);
  else if (run.state !== 'halted') await needs.queue.add(run.id);
}

async function expire({ runs, journal, clock, log, announce }: SweepNeeds, { id }: Run): Promise<void> {
  const expired = await runs.change(id, (now) => {
    if (now.state !== 'expired') return undefined;
    const { state, why = 'its time has passed', endedAtMs = clock.now() } = now;
    return {
      patch: { state, why, endedAtMs },
      audit: byWorker(now, { what: 'run.expire', result: state, atMs: clock.now(), why }),
    };
  });
  if (!expired?.changed) return;
  try {
    await announce(expired.run, await journal.read(id));
  } catch (error) {
    log.warn('an expired request could not be shown', { run: id, error: asError(error).message });
  }
}
