import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { refusal } from '../core/errors.ts';

/** Encrypts small secrets for one owner each. */
export interface Sealer {
  /** Another text each time. */
  seal(secret: string, owner: string): string;
  /** @throws Refusal when its key is not configured any more, or it was changed or belongs to another owner. */
  open(sealed: string, owner: string): string;
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** As NIST SP 800-38D, 8.2 recommends for GCM. */
const IV_BYTES = 12;

/**
 * Seals with AES-256-GCM, bound to the owner, and names the key in the result, so that a key can be replaced: old ones only open.
 * @throws Refusal for a key that is not 32 bytes in base64 or hex.
 */
export function createSealer(key: string, oldKeys: readonly string[] = []): Sealer {
  const current = keyOf(key);
  const known = [current, ...oldKeys.map(keyOf)];
  return {
    seal(secret, owner) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, current.bytes, iv).setAAD(Buffer.from(owner));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return ['v1', current.id, ...[iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
    },
    open(sealed, owner) {
      const [, id, ...parts] = sealed.split('.');
      const [iv, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
      const used = known.find((one) => one.id === id);
      if (!used || !iv || !text || !tag)
        throw refusal(
          `what is stored was encrypted by the key ${id ?? '?'}, which is not configured`,
          'Add that key to totp.oldKeys.',
        );
      try {
        const decipher = createDecipheriv(ALGORITHM, used.bytes, iv).setAAD(Buffer.from(owner)).setAuthTag(tag);
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
      } catch {
        throw refusal(
          'what is stored can not be decrypted: it was changed or belongs to somebody else',
          'An admin can reset it.',
        );
      }
    },
  };
}

function keyOf(text: string): Key {
  const bytes = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES)
    throw refusal('a key of totp is not 32 bytes in base64 or hex', 'Make one with `openssl rand -base64 32`.');
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}
