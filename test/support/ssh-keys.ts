import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sshString } from '../../src/core/ssh-reader.ts';

/** Keys made by the real ssh-keygen, in a folder of their own. */
export function sshKeys() {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-keys-'));
  let count = 0;
  return {
    folder,
    /** Makes a key; `kind` as words of ssh-keygen. */
    make(...kind: readonly string[]): { readonly path: string; readonly line: string } {
      count += 1;
      const path = join(folder, `key-${count}`);
      execFileSync('ssh-keygen', ['-q', '-t', ...kind, '-N', '', '-C', `person ${count}`, '-f', path]);
      return { path, line: readFileSync(`${path}.pub`, 'utf8').trim() };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What `ssh-keygen -Y sign` makes of a text. */
export function signedBy(path: string, text: string, namespace = 'trunkline', ...more: readonly string[]): string {
  return execFileSync('ssh-keygen', ['-Y', 'sign', '-q', '-n', namespace, ...more, '-f', path], { input: text }).toString();
}

/** A hardware token in software: it makes what OpenSSH's PROTOCOL.u2f says of an ed25519 or an ecdsa token. */
export function fakeToken(kind: 'ed25519' | 'ecdsa') {
  const pair = kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const type = kind === 'ed25519' ? 'sk-ssh-ed25519@openssh.com' : 'sk-ecdsa-sha2-nistp256@openssh.com';
  const application = Buffer.from('ssh:');
  const blob = Buffer.concat([sshString(type), ...publicParts(pair.publicKey), sshString(application)]);
  return {
    line: `${type} ${blob.toString('base64')} token`,
    sign(text: string, flags = 0x01): string {
      const data = signedData(text);
      const said = Buffer.from([flags, 0, 0, 0, 7]);
      const whole = Buffer.concat([sha256(application), said, sha256(data)]);
      const signature =
        kind === 'ed25519' ? sign(null, whole, pair.privateKey) : ecdsaNumbers(sign('sha256', whole, pair.privateKey));
      return armoured(blob, Buffer.concat([sshString(type), sshString(signature), said]));
    },
  };
}

/** An armoured signature around any inner one. */
export function armoured(blob: Buffer, inner: Buffer, namespace = 'trunkline'): string {
  const version = Buffer.from([0, 0, 0, 1]);
  const body = Buffer.concat([Buffer.from('SSHSIG'), version, ...[blob, namespace, '', 'sha512', inner].map(sshString)]);
  const lines = body.toString('base64').replace(/(.{70})/g, '$1\n');
  return `-----BEGIN SSH SIGNATURE-----\n${lines}\n-----END SSH SIGNATURE-----\n`;
}

function signedData(text: string): Buffer {
  const digest = createHash('sha512').update(text).digest();
  return Buffer.concat([Buffer.from('SSHSIG'), ...['trunkline', '', 'sha512', digest].map(sshString)]);
}

function publicParts(key: KeyObject): readonly Buffer[] {
  const { x = '', y } = key.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  if (y === undefined) return [sshString(bytes(x))];
  return [sshString('nistp256'), sshString(Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]))];
}

/** DER's two numbers as SSH's two: an INTEGER of DER has the form of an mpint. */
function ecdsaNumbers(der: Buffer): Buffer {
  const rLength = der[3] ?? 0;
  const r = der.subarray(4, 4 + rLength);
  const s = der.subarray(6 + rLength);
  return Buffer.concat([sshString(r), sshString(s)]);
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
