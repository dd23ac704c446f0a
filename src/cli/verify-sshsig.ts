import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { CURVES, type Curve, type SshPublicKey, sshPublicKey } from '../core/ssh-public-key.ts';
import { sshReader, sshString } from '../core/ssh-reader.ts';
import { parseSshSignature, type SshSignature } from './sshsig.ts';

export type Verified = { readonly ok: true; readonly key: SshPublicKey } | { readonly ok: false; readonly why: string };

/** The token was touched (PROTOCOL.u2f, SSH_SK_USER_PRESENCE_REQD). */
const TOUCHED = 0x01;

/**
 * Whether an armoured signature was made for `namespace` over exactly these bytes, and with which key. Whose key that is, is not
 * asked here. Never throws.
 */
export function verifySshSignature(armoured: string, message: Buffer, namespace: string): Verified {
  try {
    const signature = parseSshSignature(armoured);
    if (signature.namespace !== namespace) return { ok: false, why: 'it was made for another purpose' };
    const key = sshPublicKey(signature.publicKey);
    const why = fault(key, signature, signedData(signature, message));
    return why === undefined ? { ok: true, key } : { ok: false, why };
  } catch (error) {
    // Node's own errors are those of OpenSSL: a point that is not on its curve.
    return { ok: false, why: error instanceof RangeError ? error.message : 'its key can not be used' };
  }
}

/** What is signed in place of the message (PROTOCOL.sshsig, section 3). */
function signedData({ namespace, hash }: SshSignature, message: Buffer): Buffer {
  const digest = createHash(hash).update(message).digest();
  return Buffer.concat([Buffer.from('SSHSIG'), ...[namespace, '', hash, digest].map(sshString)]);
}

const WRONG = 'it does not fit the message';

function fault(key: SshPublicKey, { algorithm, signature, token }: SshSignature, data: Buffer): string | undefined {
  if (key.type === 'ssh-rsa') return algorithm.startsWith('rsa-sha2-') ? rsaFault(key, algorithm, signature, data) : WRONG_KIND;
  if (algorithm !== key.type) return WRONG_KIND;
  if (!('application' in key)) return isSigned(key, signature, data) ? undefined : WRONG;
  if (token === undefined) return WRONG_KIND;
  if ((token.flags & TOUCHED) === 0) return 'the hardware token was not touched';
  return isSigned(key, signature, tokenData(key.application, token, data)) ? undefined : WRONG;
}

const WRONG_KIND = 'its algorithm does not fit its key';

/** A token signs hashes, its flags and its counter (PROTOCOL.u2f, SSH U2F signatures). */
function tokenData(application: Buffer, token: { readonly flags: number; readonly counter: number }, data: Buffer): Buffer {
  const said = Buffer.alloc(5);
  said.writeUInt8(token.flags);
  said.writeUInt32BE(token.counter, 1);
  return Buffer.concat([sha256(application), said, sha256(data)]);
}

function isSigned(key: Exclude<SshPublicKey, { type: 'ssh-rsa' }>, signature: Buffer, data: Buffer): boolean {
  if ('point' in key) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.point.toString('base64url') };
    return signature.length === 64 && verify(null, data, keyOf(jwk), signature);
  }
  const { jwk: crv, hash } = CURVES[key.curve];
  const jwk = { kty: 'EC', crv, x: key.x.toString('base64url'), y: key.y.toString('base64url') };
  return verify(hash, data, { key: keyOf(jwk), dsaEncoding: 'ieee-p1363' }, fixedWidth(signature, key.curve));
}

/** Two numbers of SSH as the two halves of one string of bytes. */
function fixedWidth(signature: Buffer, curve: Curve): Buffer {
  const reader = sshReader(signature);
  const halves = [reader.positive(), reader.positive()].map((number) => {
    const padding = CURVES[curve].bytes - number.length;
    if (padding < 0) throw new RangeError('a number in it is too large');
    return Buffer.concat([Buffer.alloc(padding), number]);
  });
  reader.end();
  return Buffer.concat(halves);
}

/** RFC 8332; the old `ssh-rsa` with SHA-1 is refused. */
function rsaFault(
  { n, e }: Extract<SshPublicKey, { type: 'ssh-rsa' }>,
  algorithm: string,
  signature: Buffer,
  data: Buffer,
): string | undefined {
  const hash = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' }[algorithm];
  if (hash === undefined) return WRONG_KIND;
  const jwk = { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') };
  return verify(hash, data, keyOf(jwk), signature) ? undefined : WRONG;
}

function keyOf(jwk: Readonly<Record<string, string>>): KeyObject {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' });
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
