import { Secret, TOTP } from 'otpauth';

/** As authenticator apps expect it: SHA-1, 6 digits, 30 s (RFC 6238; RFC 4226, 4 asks for a secret of 160 bits). */
const SETTINGS = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
const SECRET_BYTES = 20;
/** Clocks differ and typing takes time (RFC 6238, 5.2 and 6). */
const STEPS_AROUND = 1;

/** A new secret in base32. */
export function newSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** `otpauth://totp/Trunkline:olga?...`, which authenticator apps take. */
export function addressOf({
  secret,
  issuer,
  label,
}: {
  readonly secret: string;
  readonly issuer: string;
  readonly label: string;
}): string {
  return new TOTP({ ...SETTINGS, issuer, label, secret: Secret.fromBase32(secret) }).toString();
}

/** The time step that a code stands for, at a moment or one step around it; `undefined` for a wrong code. */
export function stepOf(secret: string, code: string, atMs: number): number | undefined {
  const totp = new TOTP({ ...SETTINGS, secret: Secret.fromBase32(secret) });
  const off = totp.validate({ token: code, timestamp: atMs, window: STEPS_AROUND });
  return off === null ? undefined : totp.counter({ timestamp: atMs }) + off;
}
