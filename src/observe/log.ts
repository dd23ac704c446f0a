import { type Logger, pino } from 'pino';
import type { Log } from '../core/log.ts';
import type { Redact } from '../core/redact.ts';

export interface LogOptions {
  readonly level: string;
  readonly redact: Redact;
  /** Takes one finished line, with its newline. */
  readonly write: (line: string) => void;
}

/** A structured log, one JSON object a line. Every line passes the redactor whole, so that no field can carry a secret out. */
export function createLog({ level, redact, write }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: { name: 'trunkline' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => write(visible(redact(line))) },
  );
  return wrapped(logger);
}

/** JSON leaves some characters as they are that move a terminal's cursor, break its lines or turn its text around. */
function visible(line: string): string {
  return line.replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function wrapped(logger: Logger): Log {
  return {
    child: (fields) => wrapped(logger.child(fields)),
    debug: (msg, fields) => logger.debug(fields ?? {}, msg),
    info: (msg, fields) => logger.info(fields ?? {}, msg),
    warn: (msg, fields) => logger.warn(fields ?? {}, msg),
    error: (msg, fields) => logger.error(fields ?? {}, msg),
  };
}
