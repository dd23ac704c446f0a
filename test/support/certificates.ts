import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Paths of PEM files. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

/** An authority of the test, in a folder of its own. */
export interface Authority {
  /** Path of its own certificate. */
  readonly ca: string;
  /** A certificate for server and client; for 127.0.0.1 and two days unless told. `days: -1` has expired. */
  issue(name: string, of?: { readonly names?: string; readonly days?: number }): CertifiedKey;
  remove(): void;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes it with openssl. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-ca-'));
  const at = (file: string) => join(folder, file);
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const [ca, caKey] = [at('ca.pem'), at('ca.key')];
  openssl('req', '-x509', ...KEY, '-keyout', caKey, '-out', ca, '-subj', `/CN=authority ${basename(folder)}`, '-days', '2');
  return {
    ca,
    issue(name, { names = 'IP:127.0.0.1', days = 2 } = {}) {
      const [cert, key, request, extensions] = [at(`${name}.pem`), at(`${name}.key`), at(`${name}.csr`), at(`${name}.ext`)];
      writeFileSync(extensions, `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`);
      openssl('req', ...KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
      const signed = ['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-out', cert];
      openssl(...signed, '-days', String(days), '-extfile', extensions);
      return { cert, key };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
