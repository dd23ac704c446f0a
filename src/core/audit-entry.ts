import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AuditFacts } from './audit-facts.ts';
import { canonicalJson } from './json.ts';

/** The end of the chain: the number and the hash of its last entry. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** The head of an empty chain. */
export const GENESIS: AuditHead = { seq: 0, hash: '0'.repeat(64) };

/** A line of the audit log in its place: numbered, and tied by `prev` to the hash of the line before. */
export const AuditEntry = AuditFacts.extend({ seq: z.number().int().positive(), prev: z.string() });
export type AuditEntry = z.output<typeof AuditEntry>;

/** An entry as it is kept: its canonical text (RFC 8785) and the sha256 of that text in hex. */
export interface SealedEntry extends AuditHead {
  readonly text: string;
}

/** Puts facts at the end of the chain that ends with `head`. */
export function sealEntry(facts: AuditFacts, head: AuditHead): SealedEntry {
  const text = canonicalJson({ ...facts, seq: head.seq + 1, prev: head.hash });
  return { seq: head.seq + 1, text, hash: hashOf(text) };
}

/** sha256 in hex of an entry's text. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
