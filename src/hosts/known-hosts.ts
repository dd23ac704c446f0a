import { createHmac, timingSafeEqual } from 'node:crypto';
import { refusal } from '../core/errors.ts';
import { type HostKey, isHostKeyType, typeOfBlob } from './host-key.ts';

/** What a known_hosts file says of one host. */
export interface KnownHost {
  /** Keys that the host may show; those of types that ssh2 cannot check are left out. */
  readonly keys: readonly HostKey[];
  /** Keys that it must never show, whatever else is said. */
  readonly revoked: readonly Buffer[];
  /** How many certificate authorities may sign for it. */
  readonly authorities: number;
}

/** One line of a known_hosts file. */
interface KnownLine {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  readonly hosts: string;
  readonly type: string;
  readonly blob: Buffer;
}

/**
 * What a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) says of a host: plain and hashed names, `[host]:port`, the wildcards
 * `*` and `?`, negation, lists, `@revoked` and `@cert-authority`. Stricter than ssh(1), which skips what it does not understand: a
 * revocation with a typing error would then be none.
 * @throws Refusal that names the first line which is none of known_hosts.
 */
export function knownHost(text: string, host: string, port: number): KnownHost {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  const lines = text.split('\n').flatMap((line, index) => parseLine(line, index + 1));
  const ours = lines.filter(({ hosts }) => names(hosts, name));
  return {
    keys: ours.flatMap(({ marker, type, blob }) => (marker === undefined && isHostKeyType(type) ? [{ type, blob }] : [])),
    revoked: ours.flatMap(({ marker, blob }) => (marker === 'revoked' ? [blob] : [])),
    authorities: ours.filter(({ marker }) => marker === 'cert-authority').length,
  };
}

function parseLine(raw: string, number: number): readonly KnownLine[] {
  const line = raw.replace(/\r$/, '').trim();
  if (line === '' || line.startsWith('#')) return [];
  const words = line.split(/[ \t]+/);
  const marker = words[0]?.startsWith('@') ? markerOf(words.shift() ?? '', number) : undefined;
  const [hosts = '', type = '', base64 = ''] = words;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw notKnown(number, 'it lacks a key after names and type');
  const blob = Buffer.from(base64, 'base64');
  if (typeOfBlob(blob) !== type) throw notKnown(number, `the key is not of the type ${type.slice(0, 40)} that stands before it`);
  if (hosts.startsWith('|') && !HASHED.test(hosts)) throw notKnown(number, 'the hashed name is not of the form |1|salt|hash');
  return [{ marker, hosts, type, blob }];
}

function markerOf(word: string, number: number): KnownLine['marker'] {
  if (word === '@revoked') return 'revoked';
  if (word === '@cert-authority') return 'cert-authority';
  throw notKnown(number, `${word.slice(0, 40)} is no marker`);
}

function notKnown(number: number, why: string) {
  return refusal(
    `line ${number} of the known_hosts file is not understood: ${why}`,
    "Correct or delete that line; 'ssh-keygen -lf FILE' shows which lines ssh reads.",
  );
}

function names(hosts: string, name: string): boolean {
  return hosts.startsWith('|') ? hashNames(hosts, name) : listNames(hosts, name);
}

const HASHED = /^\|1\|([A-Za-z0-9+/]{27}=)\|([A-Za-z0-9+/]{27}=)$/;

/** `|1|salt|hash`: HMAC-SHA1 of the name under the salt, both of 20 bytes (ssh-keygen -H). */
function hashNames(hosts: string, name: string): boolean {
  const [, salt = '', hash = ''] = HASHED.exec(hosts) ?? [];
  const made = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return timingSafeEqual(made, Buffer.from(hash, 'base64'));
}

/** A list of patterns: one must fit, and none of the negated ones may (ssh_config(5), PATTERNS). */
function listNames(hosts: string, name: string): boolean {
  const patterns = hosts.toLowerCase().split(',');
  const fits = (pattern: string) => matches(pattern, name);
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern));
}

/** Greedy match of `*` and `?` that goes back to the last star only, so that no pattern takes exponential time. */
function matches(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < name.length; ) {
    const sign = pattern[at];
    if (sign === '*') {
      star = at;
      resume = i;
      at += 1;
    } else if (sign === '?' || sign === name[i]) {
      at += 1;
      i += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      i = resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
