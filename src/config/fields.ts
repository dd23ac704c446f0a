import { z } from 'zod';
import { DurationText } from '../core/duration-text.ts';

/** `env:NAME` or `file:/path`. */
export const secret = () =>
  z.string().regex(/^(env:[A-Z_][A-Z0-9_]*|file:\/.+)$/, 'a secret is given as env:NAME or file:/path, never in the file itself');

/** An address without a login in it, or the reference of one that is a secret itself, as those of many webhooks are. */
export const secretUrl = () =>
  z
    .string()
    .regex(
      /^(env:[A-Z_][A-Z0-9_]*|file:\/.+|https?:\/\/[^\s@]+)$/,
      'an address is https://... or http://..., without a login; one that holds a token is given as env:NAME or file:/path',
    );

/** A public key as in known_hosts and .pub files: the type, and the same type again at the beginning of the base64 (RFC 4253, 6.6). */
export const hostKey = () =>
  z
    .string()
    .regex(/^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/=]+/, 'a host key is a type and a base64 key')
    .refine(isWholeKey, 'this is not a whole host key: copy the line of /etc/ssh/ssh_host_ed25519_key.pub');

function isWholeKey(text: string): boolean {
  const [type = '', base64 = ''] = text.split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  return blob.length > 4 + type.length && blob.subarray(4, 4 + blob.readUInt32BE(0)).toString() === type;
}

/** `15m`, `90s`, `1h` as milliseconds. */
export const duration = () => DurationText.transform(Number);

const BYTES = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB)$/;
const SIZES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** `10MiB`, `1GiB` as bytes. */
export const bytes = () =>
  z
    .string()
    .regex(BYTES, 'a size is a number and B, KiB, MiB, GiB or TiB, such as 10MiB')
    .transform((text) => scaled(text, BYTES, SIZES));

function scaled(text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number {
  const [, amount, unit] = pattern.exec(text) ?? [];
  return Number(amount) * (units[unit ?? ''] ?? Number.NaN);
}
