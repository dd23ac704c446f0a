import { formatDuration } from '../core/units.ts';
import { neverArrived } from './never-arrived.ts';
import { patroniClause } from './patroni-clause.ts';
import type { PatroniHttp } from './patroni-http.ts';
import { type SwitchoverAnswer, switchoverAnswer } from './switchover-answer.ts';

/**
 * `POST /failover` without a leader, at the REST API of the candidate (docs/rest_api.rst): its answers are those of a switchover. With
 * nobody leading the named candidate promotes itself without a look at lag, timeline or sync mode, also while Patroni is paused
 * (patroni/ha.py manual_failover_process_no_leader), so all that is looked at before.
 */
export async function postFailover(
  http: PatroniHttp,
  { url, candidate, signal, timeoutMs }: { url: string; candidate: string; signal?: AbortSignal | undefined; timeoutMs: number },
): Promise<SwitchoverAnswer> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const until = signal ? AbortSignal.any([signal, deadline]) : deadline;
  try {
    const { status, text } = await http.send({ method: 'POST', url: `${url}/failover`, body: { candidate }, signal: until });
    return switchoverAnswer(status, text);
  } catch (error) {
    const text = signal?.aborted ? 'no longer waited for' : patroniClause(error, formatDuration(timeoutMs));
    return { status: 0, text, meaning: neverArrived(error) ? 'refused' : 'unknown' };
  }
}
