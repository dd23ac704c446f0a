import { asError } from '../core/errors.ts';
import type { Run } from '../core/run.ts';
import type { LedgerNeeds } from './ledger-needs.ts';

/** Shows a run after people changed it; that chat is away undoes nothing of that, so it is logged. */
export async function showRun(
  { journal, announce, log }: Pick<LedgerNeeds, 'journal' | 'announce' | 'log'>,
  run: Run,
): Promise<void> {
  try {
    await announce(run, await journal.read(run.id));
  } catch (error) {
    log.warn('what people did to a run could not be shown', { run: run.id, error: asError(error).message });
  }
}
