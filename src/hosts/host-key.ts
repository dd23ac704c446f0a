import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { z } from 'zod';
import { refusal, type TrunklineError } from '../core/errors.ts';

const KeyType = z.enum(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa']);

/** A host's public key as the configuration pins it. */
export interface HostKey {
  readonly type: z.output<typeof KeyType>;
  readonly blob: Buffer;
}

/** Reads `ssh-ed25519 AAAA... [comment]`, the form of known_hosts and of the .pub files (sshd(8)). @throws TrunklineError */
export function parseHostKey(text: string): HostKey {
  const [word = '', base64 = ''] = text.trim().split(/\s+/);
  const type = KeyType.safeParse(word);
  const blob = Buffer.from(base64, 'base64');
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  if (!type.success || blob.subarray(4, 4 + length).toString() !== word)
    throw refusal(
      `${text.slice(0, 60)} is no public key of a host`,
      'Copy it from /etc/ssh/ssh_host_ed25519_key.pub of the host.',
    );
  return { type: type.data, blob };
}

/** As `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

export function sameKey(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The signature algorithms to ask for, so that the host shows this key and no other one of its keys (RFC 8332 for RSA). */
export function algorithmsOf(key: HostKey): ServerHostKeyAlgorithm[] {
  return key.type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [key.type];
}

/** The error of a host that showed another key than the pinned one. */
export function wrongHostKey(host: string, pinned: HostKey, shown: Buffer): TrunklineError {
  return refusal(
    `the host key of ${host} is ${fingerprint(shown)}, but ${fingerprint(pinned.blob)} is configured`,
    `If ${host} was installed anew, compare with 'ssh-keygen -lf /etc/ssh/ssh_host_${fileWord(pinned.type)}_key.pub' on its console and set sshHostKey. If not, somebody may be answering in its place.`,
  );
}

function fileWord(type: string): string {
  if (type.startsWith('ecdsa')) return 'ecdsa';
  return type === 'ssh-rsa' ? 'rsa' : 'ed25519';
}
