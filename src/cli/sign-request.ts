import { spawn } from 'node:child_process';
import { asError, refusal } from '../core/errors.ts';
import { NAMESPACE } from './request.ts';

/** Names under `~/.ssh`, the ones that a token holds last, because they ask for a touch. */
const USUAL = ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk'];

export interface Keys {
  readonly home: string | undefined;
  readonly exists: (path: string) => boolean;
}

/**
 * The key to sign with: the given one, or the first usual one that is there. A public key will do where an agent holds the other half.
 * @throws Refusal when there is none.
 */
export function chooseKey(given: string | undefined, { home, exists }: Keys): string {
  if (given !== undefined) return given.startsWith('~/') && home ? `${home}${given.slice(1)}` : given;
  const paths = USUAL.flatMap((name) => (home ? [`${home}/.ssh/${name}`, `${home}/.ssh/${name}.pub`] : []));
  const found = paths.find(exists);
  if (found !== undefined) return found;
  throw refusal(
    'no SSH key was found to sign with',
    'Name it with --key FILE or TRUNKLINE_KEY; a .pub file will do with ssh-agent.',
  );
}

/**
 * Has `ssh-keygen -Y sign` sign a text, with a file, an agent or a hardware token; it asks for a passphrase or a touch by itself.
 * @throws Refusal when nothing was signed.
 */
export async function signText(text: string, key: string): Promise<string> {
  const child = spawn('ssh-keygen', ['-Y', 'sign', '-n', NAMESPACE, '-f', key], { stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.on('data', (part: Buffer) => {
    err.push(part);
    // Asks for a touch here; what it says at an error is told below.
    if (/confirm user presence|touch/i.test(part.toString())) process.stderr.write(part);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(text);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(error)));
    child.once('close', resolve);
  });
  if (code === 0) return Buffer.concat(out).toString();
  const why =
    Buffer.concat(err)
      .toString()
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^Enter passphrase: /, '') || `ssh-keygen ended with ${code}`;
  throw refusal(
    `the request could not be signed with ${key}: ${why}`,
    'Check --key, the passphrase, and `ssh-add -l` for an agent.',
  );
}

function notStarted(error: unknown) {
  const hint = 'Install OpenSSH 8.2 or newer on this machine (Debian: openssh-client).';
  return refusal(`ssh-keygen could not be started: ${asError(error).message}`, hint);
}
