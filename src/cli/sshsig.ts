import { sshReader } from '../core/ssh-reader.ts';

/** A signature as `ssh-keygen -Y sign` makes it, taken apart and not yet verified. */
export interface SshSignature {
  /** The public key that it says it was made with. */
  readonly publicKey: Buffer;
  readonly namespace: string;
  readonly hash: 'sha256' | 'sha512';
  /** The algorithm of the signature itself: `ssh-ed25519`, `rsa-sha2-512`. */
  readonly algorithm: string;
  readonly signature: Buffer;
  /** Of hardware tokens: what the token says of itself (PROTOCOL.u2f). */
  readonly token?: { readonly flags: number; readonly counter: number };
}

const MAGIC = 'SSHSIG';
const ARMOUR = /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\r?\n?$/;
/** One of RSA with 16,384 bits has about 6,000. */
const MOST_CHARACTERS = 16_384;

/**
 * Takes an armoured signature apart (OpenSSH's PROTOCOL.sshsig).
 * @throws RangeError for what is no such signature.
 */
export function parseSshSignature(armoured: string): SshSignature {
  const [, base64] = armoured.length > MOST_CHARACTERS ? [] : (ARMOUR.exec(armoured) ?? []);
  if (base64 === undefined) throw new RangeError('it is no armoured SSH signature');
  const reader = sshReader(Buffer.from(base64, 'base64'));
  if (reader.raw(MAGIC.length).toString('latin1') !== MAGIC) throw new RangeError('it is no SSH signature');
  if (reader.uint32() !== 1) throw new RangeError('it is of a version that is not known');
  const publicKey = reader.bytes();
  const namespace = reader.name();
  if (reader.bytes().length > 0) throw new RangeError('it says more than is understood');
  const hash = reader.name();
  if (hash !== 'sha256' && hash !== 'sha512') throw new RangeError('its hash is not one of sha256 and sha512');
  const inner = sshReader(reader.bytes());
  reader.end();
  const algorithm = inner.name();
  const signature = inner.bytes();
  const token = algorithm.startsWith('sk-') ? { flags: inner.byte(), counter: inner.uint32() } : undefined;
  inner.end();
  return { publicKey, namespace, hash, algorithm, signature, ...(token ? { token } : {}) };
}
