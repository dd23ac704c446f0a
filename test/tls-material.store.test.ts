import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { tlsMaterial } from '../src/tls-material.ts';
import { resolveSecrets } from '../src/config/secrets.ts';
import { createAuthority } from './support/certificates.ts';

const authority = createAuthority();
const [own, another] = [authority.issue('own'), authority.issue('another')];
afterAll(() => authority.remove());

const text = (path: string) => readFileSync(path, 'utf8');
const { secrets } = resolveSecrets(
  [
    { path: 'a', reference: 'env:CERT' },
    { path: 'b', reference: `file:${own.key}` },
    { path: 'c', reference: 'env:WORD' },
  ],
  { env: { CERT: text(own.cert), WORD: 'no PEM at all' }, readFile: text },
);
const read = (tls: Parameters<typeof tlsMaterial>[0]) => tlsMaterial(tls, 'tls of etcd main', secrets);

describe('what `tls` names', () => {
  it('is read by path and by reference', () => {
    const { ca, cert, key } = read({ ca: authority.ca, cert: 'env:CERT', key: `file:${own.key}` });
    expect([ca, cert, key].map((pem) => pem?.toString().trim())).toEqual(
      [authority.ca, own.cert, own.key].map((p) => text(p).trim()),
    );
    expect(read({})).toEqual({});
  });

  it.each([
    ['an authority that is no certificate', () => ({ ca: 'env:WORD' }), 'ca in tls of etcd main is no certificate in PEM form'],
    [
      'a certificate that is a key',
      () => ({ cert: own.key, key: own.key }),
      'cert in tls of etcd main is no certificate in PEM form',
    ],
    ['a key that is a certificate', () => ({ cert: own.cert, key: own.cert }), 'key in tls of etcd main is no private key'],
    ['the key of another certificate', () => ({ cert: own.cert, key: another.key }), 'do not belong together'],
  ])('is refused at the start where it is %s', (_what, tls, says) => {
    expect(() => read(tls())).toThrow(says);
  });
});
