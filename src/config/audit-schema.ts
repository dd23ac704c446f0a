import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { duration, secret } from './fields.ts';

const PublicKey = z
  .string()
  .refine(isPublicKey, 'a public key is the base64 text that `trunkline audit keygen` prints, such as MCowBQYDK2VwAyEA...');

function isPublicKey(text: string): boolean {
  try {
    return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

/** Where the audit log is kept beside Redis, and by whom it is signed. */
export const AuditSchema = z.strictObject({
  file: z
    .string()
    .regex(/^\/.*[^/]$/, 'the audit file is an absolute path')
    .optional(),
  /** An Ed25519 private key in PEM. */
  signingKey: secret().optional(),
  /** Keys that signed before this one. */
  publicKeys: z.array(PublicKey).default([]),
  /** Between two signed heads. */
  every: duration().prefault('1h'),
});
