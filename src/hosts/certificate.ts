import { refusal } from '../core/errors.ts';
import { wireReader, wireString } from './ssh-wire.ts';

/** A user certificate of OpenSSH (PROTOCOL.certkeys). */
export interface Certificate {
  /** The algorithm to offer it under; for RSA the one with SHA-512 (RFC 8332 and PROTOCOL.certkeys). */
  readonly algorithm: string;
  /** As it is presented. */
  readonly blob: Buffer;
  /** The public key in it, in its own binary form. */
  readonly plainKey: Buffer;
  /** Names that it lets in; empty: every one. */
  readonly principals: readonly string[];
  /** Seconds since the epoch. */
  readonly validAfter: number;
  readonly validBefore: number;
}

/** Plain type -> how many fields its public key has. */
const FIELDS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'ssh-rsa': 2,
};
const USER = 1;

/** A certificate out of its binary form; `undefined` for a plain key, another type, or a certificate of a host. */
export function certificateOf(blob: Buffer): Certificate | undefined {
  try {
    const read = wireReader(blob);
    const [, plainType = ''] = /^([a-z0-9-]+)-cert-v01@openssh\.com$/.exec(read.string().toString('latin1')) ?? [];
    const fields = FIELDS[plainType];
    if (fields === undefined) return undefined;
    read.string();
    const key = Array.from({ length: fields }, () => wireString(read.string()));
    read.uint64();
    if (read.uint32() !== USER) return undefined;
    read.string();
    const principals = listOf(read.string());
    const [validAfter, validBefore] = [read.uint64(), read.uint64()];
    return {
      algorithm: `${plainType === 'ssh-rsa' ? 'rsa-sha2-512' : plainType}-cert-v01@openssh.com`,
      blob,
      plainKey: Buffer.concat([wireString(plainType), ...key]),
      ...{ principals, validAfter, validBefore },
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function listOf(packed: Buffer): readonly string[] {
  const read = wireReader(packed);
  const names: string[] = [];
  while (!read.ended()) names.push(read.string().toString('utf8'));
  return names;
}

/**
 * Reads the line of a `-cert.pub` file and checks what can be checked here, so that the reason is told and not only sshd's no.
 * @throws Refusal when it is no certificate of a user, not yet or no longer valid, or for other names than `user`.
 */
export function readCertificate(text: string, file: string, { user, nowMs }: { user: string; nowMs: number }): Certificate {
  const certificate = certificateOf(Buffer.from(text.trim().split(/\s+/)[1] ?? '', 'base64'));
  const sign = 'Have it signed again: ssh-keygen -s CA -I trunkline -n USER -V +52w KEY.pub.';
  if (!certificate) throw refusal(`${file} is no certificate of a user that ssh can present`, sign);
  const { principals, validAfter, validBefore } = certificate;
  const now = nowMs / 1000;
  if (now >= validBefore) throw refusal(`the ssh certificate ${file} ended at ${when(validBefore)}`, sign);
  if (now < validAfter) throw refusal(`the ssh certificate ${file} is not valid before ${when(validAfter)}`, sign);
  if (principals.length > 0 && !principals.includes(user))
    throw refusal(`the ssh certificate ${file} is for ${principals.join(', ').slice(0, 100)}, not for ${user}`, sign);
  return certificate;
}

function when(seconds: number): string {
  return new Date(Math.min(seconds, 8.64e12) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}
