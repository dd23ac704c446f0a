import { readFile } from 'node:fs/promises';
import ssh2, { type Client, type ConnectConfig, type ParsedKey } from 'ssh2';
import { asError, refusal, type TrunklineError } from '../core/errors.ts';
import { codeOf } from '../core/network-clause.ts';
import { agentClient, type Signature } from './agent-client.ts';
import { type Certificate, certificateOf, readCertificate } from './certificate.ts';
import { fingerprint } from './host-key.ts';
import { type OfferedKey, offerKeys } from './offered-keys.ts';
import { wireString } from './ssh-wire.ts';

/** Who logs in, and with what. Every file is read at each connect, so a changed one needs no restart. */
export interface SshLogin {
  readonly user: string;
  /** One of the two is there. */
  readonly privateKeyFile?: string | undefined;
  /** UNIX socket of an ssh-agent. */
  readonly agentSocket?: string | undefined;
  readonly passphrase?: string | undefined;
  /** The `-cert.pub` of the key. */
  readonly certificateFile?: string | undefined;
}

/** What ssh2 needs to log in, and how the login is told when it is refused. */
export interface PreparedLogin {
  readonly config: Pick<ConnectConfig, 'agent'> & { readonly privateKey?: string; readonly passphrase?: string };
  refused(host: string): TrunklineError;
}

export interface LoginNeeds {
  readonly nowMs: number;
  /** The connection that logs in, once it is there. */
  readonly client: () => Client | null | undefined;
  /** Ends questions to an agent that does not answer. */
  readonly signal: AbortSignal;
}

/** @throws Refusal: a file that can't be read or used, an agent that is away or empty, a certificate that is not valid. */
export async function prepareLogin(login: SshLogin, needs: LoginNeeds): Promise<PreparedLogin> {
  const { user, certificateFile, agentSocket, privateKeyFile } = login;
  const certificate =
    certificateFile === undefined
      ? undefined
      : readCertificate(await fileText(certificateFile, 'certificate'), certificateFile, { user, nowMs: needs.nowMs });
  if (agentSocket !== undefined) return overAgent(user, await agentKeys(agentSocket, certificate, needs), needs);
  if (privateKeyFile === undefined) throw refusal('no ssh key is configured', 'Give ssh a privateKeyFile or an agent.');
  const text = await fileText(privateKeyFile, 'key');
  const key = parsePrivate(text, privateKeyFile, login.passphrase);
  if (!certificate) return { config: { privateKey: text, ...passphraseOf(login) }, refused: (host) => keyRefused(user, host) };
  if (!key.getPublicSSH().equals(certificate.plainKey))
    throw refusal(
      `the ssh certificate ${certificateFile} belongs to another key than ${privateKeyFile}`,
      'Give the certificate of this very key; ssh-keygen -lf prints the fingerprint of either.',
    );
  const own: OfferedKey = { certificate, plainKey: certificate.plainKey, sign: async (data) => signWith(key, data) };
  return overAgent(user, [own], needs);
}

function overAgent(user: string, keys: readonly OfferedKey[], { client }: LoginNeeds): PreparedLogin {
  const certificates = keys.filter(({ certificate }) => certificate !== undefined).length;
  return {
    config: { agent: offerKeys(keys, client) },
    refused: (host) => (certificates > 0 ? certificateRefused(user, host) : agentRefused(user, host, keys)),
  };
}

/** What the agent can sign with, certificates first; with a certificate given, that one alone. */
async function agentKeys(
  socket: string,
  certificate: Certificate | undefined,
  { signal }: LoginNeeds,
): Promise<readonly OfferedKey[]> {
  const agent = agentClient(socket, signal);
  const identities = await agent.identities().catch((error: unknown) => {
    throw refusal(
      `the ssh agent behind ${socket} does not answer${signal.aborted ? ' in time' : ` (${codeOf(error) ?? asError(error).message})`}`,
      'Start it, or correct ssh.agent; ssh-add -l lists what it holds.',
    );
  });
  const held = identities.map((blob): OfferedKey => {
    const own = certificateOf(blob);
    return { certificate: own, plainKey: own?.plainKey ?? blob, sign: (data, hash) => agent.sign(blob, data, hash) };
  });
  const fits = certificate ? held.filter(({ plainKey }) => plainKey.equals(certificate.plainKey)) : held;
  const [first] = fits;
  if (first === undefined)
    throw refusal(
      certificate ? 'the ssh agent does not hold the key of the certificate' : `the ssh agent behind ${socket} holds no key`,
      "Add it to the agent with 'ssh-add FILE'.",
    );
  if (certificate) return [{ ...first, certificate }];
  return [...fits.filter((one) => one.certificate), ...fits.filter((one) => !one.certificate)];
}

function parsePrivate(text: string, file: string, passphrase: string | undefined): ParsedKey {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  if (!(parsed instanceof Error)) {
    if (parsed.isPrivateKey()) return parsed;
    throw refusal(`${file} is a public key`, 'Give ssh.privateKeyFile the file beside it, without .pub.');
  }
  if (/no passphrase/.test(parsed.message))
    throw refusal(`the ssh key ${file} has a passphrase`, 'Give it as ssh.passphrase (env:NAME or file:/path), or use an agent.');
  if (passphrase !== undefined && /passphrase|integrity|decrypt/i.test(parsed.message))
    throw refusal(`the passphrase does not open the ssh key ${file}`, 'Correct ssh.passphrase.');
  throw refusal(`${file} is no private key that ssh can use`, 'Give a key in OpenSSH form: ssh-keygen -t ed25519.');
}

/** Signs as sshd reads it; ssh2 gives the numbers of ECDSA in ASN.1, where SSH has its own form (RFC 5656, 3.1.2). */
function signWith(key: ParsedKey, data: Buffer): Signature {
  if (key.type === 'ssh-rsa') return { algorithm: 'rsa-sha2-512', bytes: key.sign(data, 'sha512') };
  const bytes = key.sign(data);
  if (!key.type.startsWith('ecdsa')) return { algorithm: key.type, bytes };
  const start = (bytes[1] ?? 0) > 0x80 ? 3 : 2;
  const numberAt = (at: number) => bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0));
  const r = numberAt(start);
  return { algorithm: key.type, bytes: Buffer.concat([wireString(r), wireString(numberAt(start + 2 + r.length))]) };
}

function passphraseOf({ passphrase }: SshLogin) {
  return passphrase === undefined ? {} : { passphrase };
}

async function fileText(file: string, what: 'key' | 'certificate'): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw refusal(
      `the ssh ${what} ${file} cannot be read (${codeOf(error) ?? 'unknown reason'})`,
      'Make it readable for the user that Trunkline runs as, and for nobody else.',
    );
  }
}

function keyRefused(user: string, host: string): TrunklineError {
  return refusal(`ssh refused the key of ${user} on ${host}`, `Add the public key to ~${user}/.ssh/authorized_keys on ${host}.`);
}

function certificateRefused(user: string, host: string): TrunklineError {
  return refusal(
    `ssh refused the certificate of ${user} on ${host}`,
    `Look at the log of sshd on ${host}: TrustedUserCAKeys must hold the authority, and ${user} must be among the names (ssh-keygen -Lf).`,
  );
}

function agentRefused(user: string, host: string, keys: readonly OfferedKey[]): TrunklineError {
  const shown = keys.slice(0, 6).map(({ plainKey }) => fingerprint(plainKey));
  return refusal(
    `ssh refused every key of the agent for ${user} on ${host}: ${shown.join(', ')}${keys.length > 6 ? ', ...' : ''}`,
    `Add one of them to ~${user}/.ssh/authorized_keys on ${host}; sshd gives up after MaxAuthTries, so let the agent hold few.`,
  );
}
