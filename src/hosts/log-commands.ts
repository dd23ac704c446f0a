import { argvOf, patternOf, type Word } from './argv-pattern.ts';
import type { HostLayout } from './host-layout.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';

const NAME = '[A-Za-z0-9][A-Za-z0-9._-]{0,200}';

/** The newest lines of a log of PostgreSQL. @throws Error for a path where sudo allows none. */
export function postgresLogFile(path: string, lines: number, layout: HostLayout): RemoteCommand {
  return { name: 'postgres log', as: 'postgres', argv: argvOf(words(path, String(lines), layout)) };
}

/** Whether a log at that path may be read: in the usual folders, and no other file. */
export function isLogFile(path: string, layout: HostLayout): boolean {
  return new RegExp(`^(${folders(layout)}/${NAME})$`).test(path);
}

/** What sudo must allow for it. */
export function logFileGrant(layout: HostLayout): RemoteGrant {
  const [, ...args] = words('', '', layout);
  const why = "Read PostgreSQL's own log, where it writes one into a file";
  return { runAs: 'postgres', program: '/usr/bin/tail', args: { matching: patternOf(args) }, why, reads: true };
}

function words(path: string, lines: string, layout: HostLayout): readonly Word[] {
  return [
    ...['/usr/bin/tail', '-n', { value: lines, form: '[0-9]{1,3}' }, '--'],
    { value: path, form: `${folders(layout)}/${NAME}` },
  ];
}

function folders({ dataDirectory }: HostLayout): string {
  return `(${patternOf([dataDirectory]).slice(1, -1)}/(log|pg_log)|/var/log/postgresql)`;
}
