import type { Clock } from '../core/clock.ts';
import { asError, unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Announcer } from './announcer.ts';

interface Needs {
  readonly clock: Clock;
  readonly log: Log;
  /** True while Slack is known not to answer. */
  readonly isAway: () => boolean;
}

const PATIENCE_MS = 10_000;
const AWAY_MS = 10_000;
const WHEN_AWAY_MS = 1500;

/**
 * The same announcer, for those who can't wait for Slack: after some seconds, or at once while Slack is known to be away, it goes on
 * by itself. @throws Unreachable then.
 */
export function promptly(announce: Announcer, { clock, log, isAway }: Needs): Announcer {
  let awayUntilMs = 0;
  const patienceMs = () => (isAway() || clock.now() < awayUntilMs ? WHEN_AWAY_MS : PATIENCE_MS);
  return async (run, journal) => {
    const shown = announce(run, journal);
    const enough = new AbortController();
    const tooLong = clock.sleep(patienceMs(), enough.signal).then(
      () => {
        awayUntilMs = clock.now() + AWAY_MS;
        throw unreachable('Slack has not taken it yet', 'It is posted when Slack is back.');
      },
      () => undefined,
    );
    shown.catch((error: unknown) => {
      if (enough.signal.aborted) log.debug('a run is still not shown', { run: run.id, why: asError(error).message });
    });
    tooLong.catch(() => undefined);
    try {
      await Promise.race([shown, tooLong]);
    } finally {
      enough.abort();
    }
  };
}
