import { asError } from '../core/errors.ts';
import { patience } from '../core/patience.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { SignalClaim, SignalStore } from './ports.ts';

interface Needs {
  readonly store: Pick<SignalStore, 'commit'>;
  readonly watch: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A store that is silent for longer does not hold an alarm up; milliseconds. */
  readonly patienceMs?: number;
}

type Wanted = Parameters<SignalStore['commit']>[0];
/** `atMs` is now where it is not said. */
type Commit = Omit<Wanted, 'watch' | 'atMs'> & Partial<Pick<Wanted, 'atMs'>>;

/** What the store makes of each signal; `undefined` when it refused or did not answer in time, which is logged. */
export async function commitInTime(
  { store, watch, clock, log, patienceMs = 300 }: Needs,
  what: Commit,
): Promise<readonly SignalClaim[] | undefined> {
  const late = new AbortController();
  const silence = patience(clock, patienceMs, late.signal).then(
    () => Promise.reject(new Error(`no answer within ${patienceMs} ms`)),
    () => undefined,
  );
  const commit = store.commit({ watch, atMs: clock.now(), ...what });
  commit.catch(() => undefined);
  try {
    return (await Promise.race([commit, silence])) ?? undefined;
  } catch (error) {
    log.error('revisions could not be recorded', { revision: what.revision, error: asError(error).message });
    return undefined;
  } finally {
    late.abort();
  }
}
