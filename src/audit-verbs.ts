import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { newKeyPem, readSigningKey } from './audit/keys.ts';
import { exportAudit } from './audit-export.ts';
import { AUDIT_OPTIONS, type AuditOptions } from './audit-options.ts';
import type { AuditPlaces } from './audit-places.ts';
import { verifyAudit } from './audit-verify.ts';
import { codeOf } from './core/network-clause.ts';
import { refusal } from './core/errors.ts';

export const AUDIT_USAGE = `  trunkline audit verify [--file FILE]... [--redis] [--head SEQ:HASH] [--public-key KEY]... [--from N] [--to N] [--open-after 24h] [--config FILE]
                                       finds edits, gaps and a cut tail of the audit log; ends with 1 when there are any
  trunkline audit export [--file FILE]... [--from N|TIME] [--to N|TIME] [--cluster NAME] [--format jsonl|csv] [--config FILE]
                                       TIME is like 2026-11-30T02:00:00Z
  trunkline audit keygen --out FILE    a new key that signs the audit log; prints its public half
`;

/** Runs `trunkline audit WORDS` to its end. @returns the exit code. @throws TrunklineError, and Error of Node for wrong options. */
export async function auditVerb(places: AuditPlaces, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: AUDIT_OPTIONS });
  const [what, ...rest] = positionals;
  if (rest.length === 0 && what === 'verify') return verifyAudit(places, values);
  if (rest.length === 0 && what === 'export') return exportAudit(places, values);
  if (rest.length === 0 && what === 'keygen') return keygen(places, values);
  places.err(`trunkline audit: say verify, export or keygen\n\n${AUDIT_USAGE}`);
  return 64;
}

function keygen({ out }: AuditPlaces, { out: path }: AuditOptions): number {
  if (path === undefined) throw refusal('keygen needs a place for the key', 'Give --out FILE; the file must not exist yet.');
  const pem = newKeyPem();
  try {
    writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const why = codeOf(error) === 'EEXIST' ? 'it exists already, and a key is never overwritten' : `${codeOf(error) ?? error}`;
    throw refusal(`${path} was not written: ${why}`, 'Name a new file in a folder that you may write to.');
  }
  const { publicText, keyId } = readSigningKey(pem);
  out(`${publicText}\n`);
  out(`# ${path} holds the private key (${keyId}). In the configuration: audit: { signingKey: file:/... }\n`);
  out(
    '# The line above is its public half: keep it where nobody of the bot can change it; after a change of keys: audit.publicKeys\n',
  );
  return 0;
}
