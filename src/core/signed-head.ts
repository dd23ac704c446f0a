import { z } from 'zod';

/** The end of the audit chain at one moment, signed, so that nobody without the key can write another past for it. */
export const SignedHead = z.object({
  seq: z.number().int().positive(),
  /** sha256 in hex of the entry `seq`. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  atMs: z.number(),
  /** `SHA256:` and the base64 of the public key's digest, as ssh writes fingerprints. */
  keyId: z.string(),
  /** Ed25519, base64. */
  signature: z.string(),
});
export type SignedHead = z.output<typeof SignedHead>;
