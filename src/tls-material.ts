import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Secrets } from './config/secrets.ts';
import { refusal } from './core/errors.ts';

/** PEM texts: of the authority, of our own certificate and of its key. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

interface Places {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * Reads what `tls` names, by path or by secret reference, and looks whether it is what it should be, so that the start tells it and not
 * a handshake.
 * @param where in the configuration, such as `tls of etcd main`.
 * @throws Refusal for what is no PEM, and for a key of another certificate; Error of Node for a file that can't be read.
 */
export function tlsMaterial({ ca, cert, key }: Places, where: string, secrets: Secrets): TlsMaterial {
  const pem = (place: string) => (/^(env|file):/.test(place) ? Buffer.from(secrets.reveal(place)) : readFileSync(place));
  const own = cert !== undefined && key !== undefined ? { cert: pem(cert), key: pem(key) } : undefined;
  const trusted = ca === undefined ? undefined : pem(ca);
  if (trusted) parsed(`ca in ${where}`, 'certificate', () => new X509Certificate(trusted));
  if (own) {
    const certificate = parsed(`cert in ${where}`, 'certificate', () => new X509Certificate(own.cert));
    const privateKey = parsed(`key in ${where}`, 'private key without a passphrase', () => createPrivateKey(own.key));
    if (!certificate.checkPrivateKey(privateKey))
      throw refusal(`cert and key in ${where} do not belong together`, 'Name the key that this certificate was made for.');
  }
  return { ...(trusted ? { ca: trusted } : {}), ...own };
}

function parsed<T>(what: string, kind: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw refusal(`${what} is no ${kind} in PEM form`, 'A PEM file begins with -----BEGIN; correct the path or the secret.');
  }
}
