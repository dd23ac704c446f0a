import { createChainCheck, type ChainReport, type Pin } from '../../src/audit/chain-check.ts';
import { signHead } from '../../src/audit/head-signature.ts';
import { newKeyPem, type PublicKeys, readPublicKeys, readSigningKey } from '../../src/audit/keys.ts';
import { GENESIS, type SealedEntry, sealEntry } from '../../src/core/audit-entry.ts';
import type { AuditFacts } from '../../src/core/audit-facts.ts';
import type { SignedHead } from '../../src/core/signed-head.ts';

export const signingKey = readSigningKey(newKeyPem());
export const publicKeys: PublicKeys = readPublicKeys([signingKey.publicText]);

/** A chain of entries, each from its facts. */
export function chainOf(all: readonly AuditFacts[]): readonly SealedEntry[] {
  const chain: SealedEntry[] = [];
  for (const facts of all) chain.push(sealEntry(facts, chain.at(-1) ?? GENESIS));
  return chain;
}

/** The end of a chain, signed. */
export function signedEnd(chain: readonly SealedEntry[], atMs = 1): SignedHead {
  return signHead(signingKey, chain.at(-1) ?? GENESIS, atMs);
}

/** A chain that must end where it was signed. */
export function checkedAgainst(chain: readonly SealedEntry[], head: SignedHead | undefined): ChainReport {
  const pins: readonly Pin[] = head ? [{ ...head, source: `the signed head at entry ${head.seq}` }] : [];
  const check = createChainCheck({ keys: publicKeys, pins });
  for (const entry of chain) check.add({ where: '', ...entry });
  return check.end();
}
