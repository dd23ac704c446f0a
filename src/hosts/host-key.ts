import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { z } from 'zod';
import { refusal, type TrunklineError } from '../core/errors.ts';

const KeyType = z.enum(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa']);

/** A host's public key as the configuration or a known_hosts file pins it. */
export interface HostKey {
  readonly type: z.output<typeof KeyType>;
  readonly blob: Buffer;
}

/** Whether a word is a type of host key that ssh2 can check. */
export function isHostKeyType(word: string): word is HostKey['type'] {
  return KeyType.safeParse(word).success;
}

/** The type at the beginning of a key in its binary form (RFC 4253, 6.6); empty when there is none. */
export function typeOfBlob(blob: Buffer): string {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return length > 64 || blob.length <= 4 + length ? '' : blob.subarray(4, 4 + length).toString('latin1');
}

/** Reads `ssh-ed25519 AAAA... [comment]`, the form of known_hosts and of the .pub files (sshd(8)). @throws TrunklineError */
export function parseHostKey(text: string): HostKey {
  const [word = '', base64 = ''] = text.trim().split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  if (!isHostKeyType(word) || typeOfBlob(blob) !== word)
    throw refusal(
      `${text.slice(0, 60)} is no public key of a host`,
      'Copy it from /etc/ssh/ssh_host_ed25519_key.pub of the host.',
    );
  return { type: word, blob };
}

/** As `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

export function sameKey(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The signature algorithms to ask for, so that the host shows one of these keys and no other one of its keys (RFC 8332 for RSA). */
export function algorithmsOf(keys: readonly HostKey[]): ServerHostKeyAlgorithm[] {
  const all = keys.flatMap((key): ServerHostKeyAlgorithm[] =>
    key.type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [key.type],
  );
  return [...new Set(all)];
}

/** The error of a host that showed another key than a pinned one. */
export function wrongHostKey(host: string, pinned: readonly HostKey[], shown: Buffer): TrunklineError {
  const expected = pinned.map(({ blob }) => fingerprint(blob)).join(' or ');
  return refusal(
    `the host key of ${host} is ${fingerprint(shown)}, but ${expected} is configured`,
    `If ${host} was installed anew, compare with 'ssh-keygen -lf /etc/ssh/ssh_host_${fileWord(pinned[0]?.type)}_key.pub' on its console and correct sshHostKey or the known_hosts file. If not, somebody may be answering in its place.`,
  );
}

function fileWord(type = 'ssh-ed25519'): string {
  if (type.startsWith('ecdsa')) return 'ecdsa';
  return type === 'ssh-rsa' ? 'rsa' : 'ed25519';
}
