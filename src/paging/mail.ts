import { createHash } from 'node:crypto';
import { oneLine } from '../core/one-line.ts';
import type { Page } from '../core/page.ts';

/** The parts of a mail that hang on the page. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly references: string;
  readonly priority: 'high' | 'normal';
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A page as a mail. All of an incident are one thread: each answers the same root, by References (RFC 5322, 3.6.4), and a mail that is
 * sent again has the id that it had. Nobody's absence note should answer (RFC 3834).
 */
export function mailOf(page: Page, from: string): Mail {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const root = `<${digest(page.key)}@${domain}>`;
  return {
    subject: subjectOf(page),
    text: textOf(page),
    messageId: `<${digest(page.key)}.${digest(JSON.stringify(page))}@${domain}>`,
    inReplyTo: root,
    references: root,
    priority: page.severity === 'critical' && page.phase !== 'resolved' ? 'high' : 'normal',
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

const LONGEST_SUBJECT = 200;

function subjectOf(page: Page): string {
  const { cluster, summary, test } = page;
  const words = `${test ? 'TEST ' : ''}${stateOf(page)} ${cluster}: ${summary}`;
  return oneLine(words).slice(0, LONGEST_SUBJECT);
}

function stateOf({ phase, severity, acknowledgedBy }: Page): string {
  if (phase === 'resolved') return '[resolved]';
  return acknowledgedBy === undefined ? `[${severity}]` : `[${severity}, acknowledged]`;
}

function textOf(page: Page): string {
  const { cluster, summary, details, sinceMs, situation, severity, permalink, acknowledgedBy, test } = page;
  const lines = [
    ...(test ? ['This is a test. Nothing happened, and nothing is to be done.', ''] : []),
    `${cluster}: ${oneLine(summary)}`,
    '',
    ...details.map((line) => `- ${oneLine(line)}`),
    ...(details.length > 0 ? [''] : []),
    `Situation: ${situation}`,
    `Severity: ${severity}`,
    `Since: ${new Date(sinceMs).toISOString()}`,
    ...(acknowledgedBy === undefined ? [] : [`Acknowledged by: ${oneLine(acknowledgedBy)}`]),
    ...(permalink === undefined ? [] : [`In Slack: ${permalink}`]),
    ...(page.phase === 'resolved' ? ['', 'It is over.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
