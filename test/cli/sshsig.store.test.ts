import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { verifySshSignature } from '../../src/cli/verify-sshsig.ts';
import { readPublicKeyLine } from '../../src/core/ssh-public-key.ts';
import { sshString } from '../../src/core/ssh-reader.ts';
import { armoured, fakeToken, signedBy, sshKeys } from '../support/ssh-keys.ts';

const keys = sshKeys();
afterAll(() => keys.remove());
const TEXT = '{"text":"switchover billing"}';
const verify = (signature: string, text = TEXT) => verifySshSignature(signature, Buffer.from(text), 'trunkline');

const KINDS: readonly (readonly string[])[] = [
  ['ed25519'],
  ['ecdsa', '-b', '256'],
  ['ecdsa', '-b', '384'],
  ['ecdsa', '-b', '521'],
  ['rsa', '-b', '2048'],
];

describe('a signature of the real ssh-keygen', () => {
  it.each(KINDS.map((kind) => ({ kind, name: kind.join(' ') })))(
    'with $name is good for its text and its key, and for nothing else',
    ({ kind }) => {
      const { path, line } = keys.make(...kind);
      for (let times = 3; times > 0; times -= 1) {
        const text = `${TEXT} ${times}`;
        const signature = signedBy(path, text);
        const verified = verify(signature, text);
        expect(verified).toMatchObject({ ok: true, key: { fingerprint: readPublicKeyLine(line)?.fingerprint } });
        expect(verify(signature, `${text} `)).toEqual({ ok: false, why: 'it does not fit the message' });
      }
    },
  );

  it('counts with either hash, and not for another purpose, such as a git commit', () => {
    const { path } = keys.make('ed25519');
    expect(verify(signedBy(path, TEXT, 'trunkline', '-O', 'hashalg=sha256'))).toMatchObject({ ok: true });
    expect(verify(signedBy(path, TEXT, 'git'))).toEqual({ ok: false, why: 'it was made for another purpose' });
  });

  it('tells keys by the fingerprint that ssh-keygen shows', () => {
    const { path, line } = keys.make('ed25519');
    const shown = execFileSync('ssh-keygen', ['-l', '-f', `${path}.pub`]).toString();
    expect(shown).toContain(readPublicKeyLine(line)?.fingerprint ?? 'none');
  });
});

describe('a signature of a hardware token', () => {
  it.each(['ed25519', 'ecdsa'] as const)('(%s) is taken by OpenSSH and by us, and by us only when it was touched', (kind) => {
    const token = fakeToken(kind);
    const [signers, file] = [join(keys.folder, `signers-${kind}`), join(keys.folder, `token-${kind}.sig`)];
    const signature = token.sign(TEXT);
    writeFileSync(signers, `olga ${token.line}\n`);
    writeFileSync(file, signature);
    const words = ['-Y', 'verify', '-n', 'trunkline', '-I', 'olga', '-f', signers, '-s', file];
    expect(execFileSync('ssh-keygen', words, { input: TEXT }).toString()).toContain('Good "trunkline" signature for olga');
    expect(verify(signature)).toMatchObject({ ok: true });
    expect(verify(signature, 'other')).toMatchObject({ ok: false });
    // Numbers of ecdsa are shorter than their field once in 128 times.
    for (let times = 0; times < 400; times += 1) expect(verify(token.sign(TEXT)).ok).toBe(true);
    expect(verify(token.sign(TEXT, 0))).toEqual({ ok: false, why: 'the hardware token was not touched' });
  });
});

describe('what is no good signature', () => {
  it('is refused: SHA-1 of old RSA, an algorithm that is not the key’s, a short RSA key, a point that is on no curve', () => {
    const rsa = keys.make('rsa', '-b', '2048');
    const blob = readPublicKeyLine(rsa.line)?.blob ?? Buffer.alloc(0);
    const inner = (algorithm: string) => Buffer.concat([sshString(algorithm), sshString(Buffer.alloc(256, 1))]);
    for (const algorithm of ['ssh-rsa', 'ssh-ed25519', 'rsa-sha2-1', 'rsa-sha2-256'])
      expect(verify(armoured(blob, inner(algorithm)))).toMatchObject({ ok: false });
    expect(readPublicKeyLine(keys.make('rsa', '-b', '1024').line)).toBeUndefined();
    const point = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 9)]);
    const off = Buffer.concat([sshString('ecdsa-sha2-nistp256'), sshString('nistp256'), sshString(point)]);
    const numbers = sshString(Buffer.concat([sshString(Buffer.from([1])), sshString(Buffer.from([1]))]));
    const signature = armoured(off, Buffer.concat([sshString('ecdsa-sha2-nistp256'), numbers]));
    expect(verify(signature)).toEqual({ ok: false, why: 'its key can not be used' });
  });

  it('is refused without a throw whatever it is: any text, any bytes', () => {
    const wrap = (bytes: Uint8Array) =>
      `-----BEGIN SSH SIGNATURE-----\n${Buffer.from(bytes).toString('base64')}\n-----END SSH SIGNATURE-----\n`;
    const start = Buffer.concat([Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1])]);
    const anything = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map(wrap),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => wrap(Buffer.concat([start, bytes]))),
      fc
        .tuple(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }))
        .map(([a, b]) => armoured(Buffer.from(a), Buffer.from(b))),
    );
    fc.assert(
      fc.property(anything, (signature) => !verify(signature).ok),
      { numRuns: 500 },
    );
  });

  it('is refused without a throw when one byte of a good one is changed, cut or added', () => {
    const good = [...KINDS.map((kind) => signedBy(keys.make(...kind).path, TEXT)), fakeToken('ed25519').sign(TEXT)].map(bytesOf);
    const change = fc.record({
      which: fc.nat({ max: good.length - 1 }),
      at: fc.nat(),
      by: fc.integer({ min: 1, max: 255 }),
      how: fc.nat({ max: 2 }),
    });
    fc.assert(
      fc.property(change, ({ which, at, by, how }) => {
        const bytes = Buffer.from(good[which] ?? []);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ by;
        const changed = [
          bytes,
          Buffer.from(good[which] ?? []).subarray(0, place),
          Buffer.concat([good[which] ?? Buffer.alloc(0), Buffer.from([by])]),
        ][how];
        return !verify(`-----BEGIN SSH SIGNATURE-----\n${changed?.toString('base64')}\n-----END SSH SIGNATURE-----\n`).ok;
      }),
      { numRuns: 600 },
    );
  });
});

describe('a line of a .pub file', () => {
  it('is read whole or not at all', () => {
    const { line } = keys.make('ed25519');
    expect(readPublicKeyLine(line)?.type).toBe('ssh-ed25519');
    const [type, base64 = ''] = line.split(' ');
    for (const wrong of [
      '',
      type ?? '',
      `ssh-rsa ${base64}`,
      `${type} ${base64.slice(0, -8)}`,
      `${type} AAAA`,
      `no-touch ${line}`,
    ])
      expect(readPublicKeyLine(wrong)).toBeUndefined();
  });
});

function bytesOf(signature: string): Buffer {
  return Buffer.from(signature.split('\n').slice(1, -2).join(''), 'base64');
}
