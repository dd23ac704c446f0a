import type { Risk } from '../core/plan.ts';
import type { Measured, Outage, RunReport } from '../core/run.ts';
import { formatDuration } from '../core/units.ts';

export interface MeasuredReport {
  readonly outage?: Outage;
  readonly lines: RunReport['lines'];
}

/**
 * What is reported of the measured writes. An outage is claimed where a write failed, or where the run was to stop writes; a write that
 * only came late, as on a busy machine, is told as that.
 */
export function measuredReport({ outage, resolutionMs, measuredAt }: Measured, risk: Risk): MeasuredReport {
  const seen = `(resolution ${formatDuration(resolutionMs)}), through ${measuredAt}`;
  if (!outage) return { lines: [{ sign: 'info', text: `Measured: no outage of writes seen ${seen}` }] };
  const gap = formatDuration(outage.firstGoodWriteAtMs - outage.lastGoodWriteAtMs);
  if (outage.failedWrites === 0 && risk !== 'interrupts-writes')
    return { lines: [{ sign: 'info', text: `Measured: no write failed; the longest gap between two was ${gap} ${seen}` }] };
  const stopped = `Measured: writes stopped for ${gap} (± ${formatDuration(outage.resolutionMs)}), through ${measuredAt}`;
  return risk === 'interrupts-nothing'
    ? { outage, lines: [{ sign: 'warn', text: `${stopped}, though nothing was to be interrupted` }] }
    : { outage, lines: [{ sign: 'info', text: stopped }] };
}
