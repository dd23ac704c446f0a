import type { Log } from '../../src/core/log.ts';

export interface NotedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
  readonly fields: object | undefined;
}

/** A log whose lines are kept for the test. */
export function notedLog(): { readonly log: Log; readonly lines: readonly NotedLine[] } {
  const lines: NotedLine[] = [];
  const at = (level: NotedLine['level']) => (text: string, fields?: object) => void lines.push({ level, text, fields });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log };
  return { log, lines };
}
