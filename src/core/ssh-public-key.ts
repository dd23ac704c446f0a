import { createHash } from 'node:crypto';
import { sshReader } from './ssh-reader.ts';

/** Kinds of keys that may speak for a person; those with `sk-` live in a hardware token. */
export const SSH_KEY_TYPES = [
  'ssh-ed25519',
  'sk-ssh-ed25519@openssh.com',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-rsa',
] as const;
export type SshKeyType = (typeof SSH_KEY_TYPES)[number];

/** The parts of a public key. Sizes in bytes. */
export type SshPublicKey = { readonly blob: Buffer; readonly fingerprint: string } & (
  | { readonly type: 'ssh-ed25519'; readonly point: Buffer }
  | { readonly type: 'sk-ssh-ed25519@openssh.com'; readonly point: Buffer; readonly application: Buffer }
  | { readonly type: EcdsaType; readonly curve: Curve; readonly x: Buffer; readonly y: Buffer }
  | {
      readonly type: 'sk-ecdsa-sha2-nistp256@openssh.com';
      readonly curve: Curve;
      readonly x: Buffer;
      readonly y: Buffer;
      readonly application: Buffer;
    }
  | { readonly type: 'ssh-rsa'; readonly e: Buffer; readonly n: Buffer }
);
export type EcdsaType = 'ecdsa-sha2-nistp256' | 'ecdsa-sha2-nistp384' | 'ecdsa-sha2-nistp521';

/** Curve of a key by its SSH name: the name in a JWK, the length of a coordinate, and the hash that goes with it (RFC 5656, 6.2.1). */
export const CURVES = {
  nistp256: { jwk: 'P-256', bytes: 32, hash: 'sha256' },
  nistp384: { jwk: 'P-384', bytes: 48, hash: 'sha384' },
  nistp521: { jwk: 'P-521', bytes: 66, hash: 'sha512' },
} as const;
export type Curve = keyof typeof CURVES;

/** Below it RSA can be broken with enough money (NIST SP 800-131A). */
export const LEAST_RSA_BITS = 2048;

/**
 * A public key from its bytes (RFC 4253 6.6, RFC 5656 3.1, RFC 8709, OpenSSH's PROTOCOL.u2f).
 * @throws RangeError for what is no such key.
 */
export function sshPublicKey(blob: Buffer): SshPublicKey {
  const reader = sshReader(blob);
  const name = reader.name();
  const type = SSH_KEY_TYPES.find((known) => known === name);
  if (type === undefined) throw new RangeError('it is a kind of key that is not supported');
  const common = { blob, fingerprint: fingerprintOf(blob) };
  const key = { ...common, ...bodyOf(type, reader) };
  reader.end();
  return key;
}

/** The public key of a line as in `id_ed25519.pub`; `undefined` for anything else. */
export function readPublicKeyLine(line: string): SshPublicKey | undefined {
  const [type = '', base64 = ''] = line.trim().split(/\s+/);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length > 8192) return undefined;
  try {
    const key = sshPublicKey(Buffer.from(base64, 'base64'));
    return key.type === type ? key : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** `SHA256:...` as ssh-keygen -l shows it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

type Reader = ReturnType<typeof sshReader>;
type Body = SshPublicKey extends infer K ? (K extends SshPublicKey ? Omit<K, 'blob' | 'fingerprint'> : never) : never;

function bodyOf(type: SshKeyType, reader: Reader): Body {
  switch (type) {
    case 'ssh-ed25519':
      return { type, point: exactly(32, reader.bytes()) };
    case 'sk-ssh-ed25519@openssh.com':
      return { type, point: exactly(32, reader.bytes()), application: reader.bytes() };
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return { type, ...pointOf('nistp256', reader), application: reader.bytes() };
    case 'ssh-rsa':
      return { type, e: reader.positive(), n: longEnough(reader.positive()) };
    case 'ecdsa-sha2-nistp256':
      return { type, ...pointOf('nistp256', reader) };
    case 'ecdsa-sha2-nistp384':
      return { type, ...pointOf('nistp384', reader) };
    case 'ecdsa-sha2-nistp521':
      return { type, ...pointOf('nistp521', reader) };
  }
}

/** An uncompressed point (SEC 1, 2.3.3). */
function pointOf(curve: Curve, reader: Reader) {
  const { bytes } = CURVES[curve];
  if (reader.name() !== curve) throw new RangeError('its curve is not that of its kind');
  const point = exactly(1 + 2 * bytes, reader.bytes());
  if (point[0] !== 4) throw new RangeError('its point is not written out');
  return { curve, x: point.subarray(1, 1 + bytes), y: point.subarray(1 + bytes) };
}

function exactly(length: number, bytes: Buffer): Buffer {
  if (bytes.length !== length) throw new RangeError('a part of it has the wrong length');
  return bytes;
}

function longEnough(n: Buffer): Buffer {
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
  if (bits < LEAST_RSA_BITS || bits > 16_384) throw new RangeError(`an RSA key needs ${LEAST_RSA_BITS} bits or more`);
  return n;
}
