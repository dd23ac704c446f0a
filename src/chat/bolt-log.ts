import { format } from 'node:util';
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../core/log.ts';

/** Slack's libraries write to our log; their debug lines, which hold whole payloads, are not taken. */
export function boltLog(log: Log): Logger {
  return {
    debug: () => undefined,
    info: (...said) => log.debug('slack library', { said: format(...said) }),
    warn: (...said) => log.warn('slack library', { said: format(...said) }),
    error: (...said) => log.warn('slack library reports an error', { said: format(...said) }),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
