import { grantOf } from './grant-of.ts';
import { oneWord } from './one-word.ts';
import { argvOf, type Word } from './argv-pattern.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';

/** HAProxy's runtime socket (management guide, 9.3), by socat, as root: only these two forms of command, which no restart outlives. */

export interface HaproxySocket {
  /** Path of the socket; needs level admin. */
  readonly socket: string;
  readonly backend: string;
}

const NAME = '[A-Za-z0-9_.:-]{1,100}';
/** Tabs in the place of blanks leave a script one word; HAProxy reads them alike. */
const SAY = oneWord('echo "set server $2/$3 health up; set server $2/$4 health down" | /usr/bin/socat -t 2 - "UNIX-CONNECT:$1"');
const SHOW = oneWord('echo "show servers state $2" | /usr/bin/socat -t 2 - "UNIX-CONNECT:$1"');

/**
 * Overrides the health of two servers, of the one that is up first, until their next health check: what it says then is true again. In
 * one go, as clients wait for both.
 */
export const setHealth = (at: HaproxySocket, { up, down }: { readonly up: string; readonly down: string }): RemoteCommand => ({
  name: 'set health in HAProxy',
  as: 'root',
  argv: argvOf(healthWords(at, up, down)),
});

function healthWords({ socket, backend }: HaproxySocket, up: string, down: string): readonly Word[] {
  return [
    ...['/bin/sh', '-c', SAY, 'sh', socket],
    { value: backend, form: NAME },
    { value: up, form: NAME },
    { value: down, form: NAME },
  ];
}

/** The operational and the administrative state of each server of the backend. */
export const showServers = ({ socket, backend }: HaproxySocket): RemoteCommand => ({
  name: 'show servers of HAProxy',
  as: 'root',
  argv: argvOf(showWords({ socket, backend })),
});
const showWords = ({ socket, backend }: HaproxySocket): readonly Word[] => [
  ...['/bin/sh', '-c', SHOW, 'sh', socket],
  { value: backend, form: NAME },
];

/** What sudo must allow on the host of this HAProxy: this backend and its own servers alone. */
export function haproxyGrants(at: HaproxySocket, servers: readonly string[]): readonly RemoteGrant[] {
  const names = servers.map((name) => name.replace(/[.]/g, '[.]')).join('|');
  const own = (words: readonly Word[]) =>
    words.map((word) => (typeof word === 'object' && word.value === at.backend ? at.backend : word));
  const anyServer = own(healthWords(at, 'x', 'x')).map((word) =>
    typeof word === 'object' && word.value === 'x' ? { value: 'x', form: `(${names})` } : word,
  );
  return [
    grantOf('root', anyServer, 'Tell HAProxy at once which server leads, until its next health check'),
    grantOf('root', own(showWords(at)), 'See that no server was left in another state'),
  ];
}
