import { z } from 'zod';
import { secret } from './fields.ts';

/** One-time codes beside a click (RFC 6238); needed when a policy asks for them. */
export const TotpSchema = z.strictObject({
  /** 32 bytes in base64 or hex: `openssl rand -base64 32`. It encrypts what authenticator apps were given. */
  key: secret(),
  /** Keys of before, which still open what they closed. */
  oldKeys: z.array(secret()).default([]),
  /** Shown in authenticator apps. */
  issuer: z
    .string()
    .min(1)
    .max(40)
    .regex(/^[A-Za-z0-9 ._-]+$/, 'an issuer is letters, digits, spaces, dots, dashes and underscores')
    .default('Trunkline'),
});
