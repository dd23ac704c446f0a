import type { Log } from '../../src/core/log.ts';

/** A log that says nothing. */
export const quietLog: Log = {
  child: () => quietLog,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
