import { sign, verify } from 'node:crypto';
import type { AuditHead } from '../core/audit-entry.ts';
import { canonicalJson } from '../core/json.ts';
import type { SignedHead } from '../core/signed-head.ts';
import type { PublicKeys, SigningKey } from './keys.ts';

/** Signs that the chain ended with this entry at this moment (epoch milliseconds). Ed25519, RFC 8032. */
export function signHead(key: SigningKey, { seq, hash }: AuditHead, atMs: number): SignedHead {
  const head = { seq, hash, atMs, keyId: key.keyId };
  return { ...head, signature: sign(null, signedBytes(head), key.privateKey).toString('base64') };
}

/** Whether a head was signed by one of these keys. */
export function judgeHead(head: SignedHead, keys: PublicKeys): 'genuine' | 'forged' | 'unknown key' {
  const key = keys.get(head.keyId);
  if (!key) return 'unknown key';
  return verify(null, signedBytes(head), key, Buffer.from(head.signature, 'base64')) ? 'genuine' : 'forged';
}

/** The first line keeps a signature from counting for anything else that the same key may sign. */
function signedBytes({ seq, hash, atMs, keyId }: Omit<SignedHead, 'signature'>): Buffer {
  return Buffer.from(`trunkline audit head 1\n${canonicalJson({ seq, hash, atMs, keyId })}`);
}
