import { safeLogLine } from '../core/safe-log-line.ts';

/**
 * The lines of a Patroni log (journalctl -o short-iso) that say why a switchover hangs or failed: warnings, errors and the
 * sentences by which Patroni (patroni/ha.py, patroni/api.py) and PostgreSQL explain themselves. Repeated sentences are told once,
 * the last time; the newest `most` are kept, oldest first, without journald's prefix.
 */
export function whyLines(log: string, most: number): readonly string[] {
  const told = new Map<string, string>();
  for (const raw of log.split('\n')) {
    const text = withoutPrefix(raw);
    const line = text.trim();
    if (line === '' || CLIENTS.test(text) || !TELLS.some((pattern) => pattern.test(line))) continue;
    const sentence = line.replace(/^[\d\-:,. TZ+]+/, '').replaceAll(/\d+/g, '#');
    told.delete(sentence);
    told.set(sentence, safeLogLine(line, false).slice(0, 300));
  }
  return [...told.values()].slice(-most);
}

/** Statements, what they read, and further lines of them (PostgreSQL begins these with a tab): their constants are nobody's to show. */
const CLIENTS = /^\s|\b(?:STATEMENT|QUERY|CONTEXT): {2}|\b(?:statement|parameters): /;

const TELLS: readonly RegExp[] = [
  /\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)\b/,
  /\bpg_basebackup: (error|detail|hint)/i,
  /exceeds maximum replication lag/i,
  /\bMember \S+ (is|exceeds|has|does)\b/,
  /\bno action\b/i,
  /\bdemot(e|ing|ed)\b/i,
  /\bwaiting (for|on)\b/i,
  /switchover|failover/i,
  /\bno healthy members\b|\bno good candidates\b|\bnot healthy\b/i,
  /\btimeline \S+ (is|of|forked)|\bnot in this server's history\b/i,
  /shutting down|shut down|stopped|terminat(ed|ing) /i,
  /\bcheckpoint (starting|complete)/i,
  /archiv(e|ing|er) .*(fail|error)/i,
  /\b(nofailover|watchdog|paused?|failsafe)\b/i,
  /promot(e|ed|ing)\b/i,
];

/** `2026-11-22T22:35:39+0000 pg1 patroni[123]: text` -> `text`. */
function withoutPrefix(line: string): string {
  return line.replace(/^\S+ \S+ [^\s:[\]]+(\[\d+\])?: /, '');
}
