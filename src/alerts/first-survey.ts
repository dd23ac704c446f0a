import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { DcsSource, DcsSurvey } from './ports.ts';

interface Needs {
  readonly source: DcsSource;
  readonly clock: Clock;
  readonly log: Log;
}

const SAY_AGAIN_MS = 60_000;

/**
 * Reads the scopes, however long etcd is away; `undefined` when stopped. Why they can't be read is said when it is news and once a minute.
 * Where etcd refuses the login it is asked again only after 2 s, doubling up to 30 s: each try costs it a bcrypt of the password.
 */
export async function firstSurvey({ source, clock, log }: Needs, stop: AbortSignal): Promise<DcsSurvey | undefined> {
  const tell = teller(source.name, clock, log);
  let refused = 0;
  while (!stop.aborted) {
    try {
      return await source.read();
    } catch (thrown) {
      const error = asError(thrown);
      tell(error);
      refused = isRefused(error) ? refused + 1 : 0;
      await clock.sleep(Math.min(30_000, 1000 * 2 ** Math.min(refused, 5)), stop).catch(() => undefined);
    }
  }
  return undefined;
}

function teller(source: string, clock: Clock, log: Log): (error: Error) => void {
  let said = { why: '', atMs: 0 };
  return (error) => {
    if (error.message === said.why && clock.now() - said.atMs < SAY_AGAIN_MS) return;
    said = { why: error.message, atMs: clock.now() };
    log[isRefused(error) ? 'error' : 'warn']('etcd can not be read yet', { source, error: error.message });
  };
}

function isRefused(error: Error): boolean {
  return error instanceof TrunklineError && error.kind === 'unauthorised';
}
