import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { asError, refusal } from '../core/errors.ts';

/** A private key that signs heads, with the id of its public half. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly keyId: string;
  /** For `audit.publicKeys` in the configuration. */
  readonly publicText: string;
}

/** Public keys by their id. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

/** The PEM text of a new Ed25519 key (PKCS #8). */
export function newKeyPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** @throws Refusal for a text that is no Ed25519 private key; the text is not repeated. */
export function readSigningKey(pem: string): SigningKey {
  const privateKey = parsed(() => createPrivateKey(pem), 'the signing key of the audit log can not be read');
  const publicKey = createPublicKey(privateKey);
  return { privateKey, keyId: keyIdOf(publicKey), publicText: publicTextOf(publicKey) };
}

/** The keys that heads may be signed by. @throws Refusal that names the text which is none. */
export function readPublicKeys(texts: readonly string[]): PublicKeys {
  return new Map(
    texts.map((text) => {
      const key = readPublicKey(text);
      return [keyIdOf(key), key];
    }),
  );
}

/** From base64 (SPKI, as `trunkline audit keygen` prints it) or PEM. */
function readPublicKey(text: string): KeyObject {
  const says = `'${text.slice(0, 70)}' is no Ed25519 public key`;
  const bare = text.trim();
  if (bare.startsWith('-----BEGIN')) return parsed(() => createPublicKey(bare), says);
  return parsed(() => createPublicKey({ key: Buffer.from(bare, 'base64'), format: 'der', type: 'spki' }), says);
}

function parsed(read: () => KeyObject, says: string): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    throw refusal(`${says}: ${asError(error).message}`, HINT);
  }
  throw refusal(`${says}: it is of another kind`, HINT);
}

const HINT = 'Make one with `trunkline audit keygen --out FILE`; it prints the public key.';

function keyIdOf(publicKey: KeyObject): string {
  const digest = createHash('sha256').update(derOf(publicKey)).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

function publicTextOf(publicKey: KeyObject): string {
  return derOf(publicKey).toString('base64');
}

function derOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}
