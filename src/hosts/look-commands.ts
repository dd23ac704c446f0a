import { type Word, argvOf } from './argv-pattern.ts';
import type { HostLayout } from './host-layout.ts';
import type { RemoteCommand } from './remote-commands.ts';

/** Looking from one host at another; as the login user, so that sudo grants nothing for it. */

/** Where a member answers; comes from the configuration, never from people. */
export interface LookTarget {
  readonly host: string;
  readonly postgresPort: number;
  /** `http://10.0.0.11:8008`, without a path. */
  readonly restUrl: string;
}

const HOST = '([A-Za-z0-9][A-Za-z0-9.-]{0,254}|[0-9a-f:]{2,45})';

/** Exit 0: accepts connections; 1: rejects them; 2: no answer within 2 s (pg_isready(1)). Needs no login. */
export function isReady({ binDirectory }: HostLayout, { host, postgresPort }: LookTarget): RemoteCommand {
  const words: readonly Word[] = [
    `${binDirectory}/pg_isready`,
    ...['-q', '-t', '2', '-h'],
    { value: host, form: HOST },
    '-p',
    { value: String(postgresPort), form: '[0-9]{1,5}' },
  ];
  return { name: 'pg_isready', as: 'trunkline', argv: argvOf(words) };
}

/** Exit 6, 7 and 28: nothing answers within 2 s; any other says that something does (curl(1), exit codes). */
export function askRest({ restUrl }: LookTarget): RemoteCommand {
  const words: readonly Word[] = [
    ...['/usr/bin/curl', '-k', '-s', '-o', '/dev/null', '-m', '2', '--noproxy', '*', '--'],
    { value: `${restUrl}/patroni`, form: 'https?://([A-Za-z0-9][A-Za-z0-9.-]{0,254}|[[][0-9a-f:]{2,45}[]]):[0-9]{1,5}/patroni' },
  ];
  return { name: 'ask Patroni', as: 'trunkline', argv: argvOf(words) };
}
