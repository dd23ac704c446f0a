import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const ITERATIONS = 4096;

/**
 * The SCRAM-SHA-256 verifier of a password as PostgreSQL stores it (RFC 5803; scram_build_secret in src/common/scram-common.c), so that
 * no statement carries the password itself. `salt` must be 16 random bytes. Throws for a password outside printable ASCII, which would
 * need SASLprep.
 */
export function scramVerifier(password: string, salt: Buffer): string {
  if (!/^[\x20-\x7e]+$/.test(password)) throw new Error('a password must be printable ASCII and not empty: generate another one');
  if (salt.length !== 16) throw new Error(`the salt of a SCRAM verifier has 16 bytes, not ${salt.length}`);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
