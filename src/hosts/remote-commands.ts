/**
 * The closed list of what Trunkline runs on a host, beside long work (unit-remote.ts). Each command is an argv and the UNIX user it
 * runs as, never shell text. The login user is `trunkline`; what runs as somebody else goes through sudo, and `sudo-grants.ts` says exactly what sudo must allow.
 */

import type { HostLayout } from './host-layout.ts';

export interface RemoteCommand {
  readonly name: string;
  /** `trunkline` is the login user itself: no sudo. */
  readonly as: 'trunkline' | 'postgres' | 'barman' | 'root';
  /** The first word is an absolute path. */
  readonly argv: readonly string[];
}

/** A grant that sudoers must hold for `RemoteCommand`s that run as somebody else; `stack/sudoers.ts` renders it. */
export interface RemoteGrant {
  readonly runAs: 'postgres' | 'barman' | 'root';
  readonly program: string;
  readonly args: readonly string[] | { readonly matching: string };
  /** What it is for, for the one who grants it. */
  readonly why: string;
  /** Needed only on hosts without systemd. */
  readonly only?: 'no systemd';
  /** It changes nothing, so a login that only reads has it too. */
  readonly reads?: true;
}

const claimsFolder = '/var/lib/trunkline/claims';

export function checkpoint(): RemoteCommand {
  return { name: 'checkpoint', as: 'postgres', argv: ['/usr/bin/psql', '-X', '-w', '-d', 'postgres', '-c', 'CHECKPOINT'] };
}

/** Patroni's own log since a moment (UNIX seconds), at most `lines` of it. */
export function patroniLog({ lines, since }: { lines: number; since: number }): RemoteCommand {
  return { name: 'patroni log', as: 'root', argv: ['/usr/bin/journalctl', ...logArgs(natural(lines), `@${natural(since)}`)] };
}

/** Free bytes where the data directory and the WAL are. Prints a header, then a line `mountpoint size free` for each. */
export function diskFree({ dataDirectory, walDirectory }: HostLayout): RemoteCommand {
  return {
    name: 'disk free',
    as: 'postgres',
    argv: ['/usr/bin/df', '-B1', '--output=target,size,avail', dataDirectory, walDirectory],
  };
}

/** IPv4 addresses of all interfaces, as JSON. */
export function addresses(): RemoteCommand {
  return { name: 'addresses', as: 'trunkline', argv: ['/usr/bin/ip', '-j', '-4', 'addr', 'show'] };
}

/**
 * Asks for Patroni's REST API from here, for at most 2 s, and prints the status of the answer. No file of the login user's changes it
 * (-q), no proxy is used, no certificate is judged (-k): nothing is sent, and nothing but the way there is asked.
 */
export function restProbe(url: string): RemoteCommand {
  if (!/^https?:\/\/(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}\/liveness$/.test(url))
    throw new Error(`${JSON.stringify(url)} is no address of Patroni's REST API`);
  const quiet = ['-q', '-s', '-S', '-k', '-o', '/dev/null', '-w', '%{http_code}', '--noproxy', '*', '--proto', '=http,https'];
  return { name: 'rest probe', as: 'trunkline', argv: ['/usr/bin/curl', ...quiet, '--max-time', '2', '--url', url] };
}

/** Where sections begin in HAProxy's configuration, and their servers; no other line, as others hold passwords. */
export function haproxyServers(): RemoteCommand {
  const heads =
    'global|defaults|frontend|backend|listen|peers|resolvers|mailers|userlist|cache|program|ring|http-errors|fcgi-app';
  const lines = `^[[:space:]]*(${heads}|server|default-server)([[:space:]]|$)`;
  return {
    name: 'haproxy servers',
    as: 'trunkline',
    argv: ['/usr/bin/grep', '-E', '-e', lines, '--', '/etc/haproxy/haproxy.cfg'],
  };
}

/** Takes a claim: succeeds once in the life of the host, fails (exit 1, `File exists` in English) for ever after. */
export function claim(id: string): RemoteCommand {
  return { name: 'claim', as: 'trunkline', argv: ['/usr/bin/env', 'LC_ALL=C', '/usr/bin/mkdir', '--', claimFolder(id)] };
}

/** Makes claims outlive a power cut (sync(1), fsync of the folder). */
export function syncClaims(): RemoteCommand {
  return { name: 'sync claims', as: 'trunkline', argv: ['/usr/bin/sync', '--', claimsFolder] };
}

/** Writes stdin into a claim as its result unless there is one: beside it, to the disk, then linked (link(2)), so that the first one stays, whole. */
export function writeClaimResult(id: string): RemoteCommand {
  return { name: 'write claim result', as: 'trunkline', argv: ['/bin/sh', '-c', WRITE_RESULT, 'sh', claimFolder(id)] };
}

const WRITE_RESULT =
  'set -e; f=$1/result.$$; cat >"$f"; sync -- "$f"; ln -T -- "$f" "$1/result" 2>/dev/null || [ -e "$1/result" ]; rm -f -- "$f"; sync -- "$1"';

/** What is in a claim: nothing, or its result; fails (exit 2, `No such file` in English) when nobody has it. */
export function listClaim(id: string): RemoteCommand {
  return { name: 'list claim', as: 'trunkline', argv: ['/usr/bin/env', 'LC_ALL=C', '/usr/bin/ls', '-A', '--', claimFolder(id)] };
}

/** Deletes claims that are older than 30 days, for at most 20 s. */
export function cleanClaims(): RemoteCommand {
  const find = ['/usr/bin/find', claimsFolder, '-mindepth', '1', '-maxdepth', '1', '-type', 'd', '-mtime', '+30'];
  return {
    name: 'clean claims',
    as: 'trunkline',
    argv: ['/usr/bin/timeout', '20', ...find, '-exec', '/usr/bin/rm', '-rf', '--', '{}', '+'],
  };
}

/** Prints a claim's result; fails (exit 1) while there is none. */
export function readClaimResult(id: string): RemoteCommand {
  return { name: 'read claim result', as: 'trunkline', argv: ['/usr/bin/cat', '--', `${claimFolder(id)}/result`] };
}

/** The words to run over ssh, each still to be quoted for the remote shell. */
export function argvOverSsh(command: RemoteCommand): readonly string[] {
  return command.as === 'trunkline' ? command.argv : ['/usr/bin/sudo', '-n', '-u', command.as, '--', ...command.argv];
}

/** The arguments of `patroniLog`. */
export function logArgs(lines: string, since: string): string[] {
  return ['-u', 'patroni', '-o', 'short-iso', '--no-pager', '-n', lines, '--since', since];
}

function claimFolder(id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/.test(id)) throw new Error(`${JSON.stringify(id)} cannot name a claim`);
  return `${claimsFolder}/${id}`;
}

function natural(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${value} is no count or UNIX time in whole seconds`);
  return String(value);
}
