import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type HostName, hosts } from './inventory.ts';
import { mustRun } from './run-command.ts';

const Passwords = z.object({
  superuser: z.string(),
  replication: z.string(),
  rewind: z.string(),
  /** Of Patroni's REST API, for what changes something. */
  rest: z.string(),
  /** Of the role `trunkline`. */
  trunkline: z.string(),
  /** Of the role `trunkline_probe`. */
  probe: z.string(),
  /** Of the admin of PgBouncer. */
  pooler: z.string(),
  /** Of who may look at PgBouncer. */
  poolerStats: z.string(),
  /** 16 bytes in base64 each: the salts of the two verifiers. */
  trunklineSalt: z.string(),
  probeSalt: z.string(),
});

export interface KeyPair {
  /** Path of the private key, 0600. */
  readonly path: string;
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA...`, without a comment. */
  readonly publicKey: string;
}

export interface LabSecrets {
  readonly passwords: z.infer<typeof Passwords>;
  /** Key of the user `trunkline` on every host: the worker's. */
  readonly trunkline: KeyPair;
  /** Key of the user `trunkline-read` on every host, who only reads: that of a bot apart from the worker. */
  readonly reader: KeyPair;
  /** Key of root on every host: the lab's own. */
  readonly lab: KeyPair;
  /** Key of postgres among the members and the backup host. */
  readonly postgres: KeyPair;
  readonly hostKeys: Readonly<Record<HostName, KeyPair>>;
  /** Path of a known_hosts file with all hosts' keys. */
  readonly knownHosts: string;
}

/** Reads the generated passwords and keys of a generation; makes those that are not there yet. Folders 0700, files 0600. */
export async function labSecrets(folder: string): Promise<LabSecrets> {
  await mkdir(join(folder, 'host-keys'), { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const pairs = await Promise.all(hosts.map(async ({ name }) => [name, await keyPair(join(folder, 'host-keys', name))] as const));
  const hostKeys = HostKeys.parse(Object.fromEntries(pairs));
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(knownHosts, knownHostsText(hostKeys), { mode: 0o600 });
  return {
    passwords: await passwords(join(folder, 'passwords.json')),
    trunkline: await keyPair(join(folder, 'trunkline_ed25519')),
    reader: await keyPair(join(folder, 'reader_ed25519')),
    lab: await keyPair(join(folder, 'lab_ed25519')),
    postgres: await keyPair(join(folder, 'postgres_ed25519')),
    hostKeys,
    knownHosts,
  };
}

/** Lines of a known_hosts file: every host by name and address. */
export function knownHostsText(hostKeys: LabSecrets['hostKeys']): string {
  return hosts.map(({ name, address }) => `${name},${address} ${hostKeys[name].publicKey}\n`).join('');
}

const Key = z.object({ path: z.string(), privateKey: z.string(), publicKey: z.string() });
const HostKeys = z.object({ pg1: Key, pg2: Key, pg3: Key, lb1: Key, lb2: Key, bk1: Key, sa1: Key, sa2: Key, c1: Key });

/** What a newer lab wants more is added to what is kept, as hosts that were made before have the others. */
async function passwords(path: string): Promise<z.infer<typeof Passwords>> {
  const kept: unknown = existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {};
  const whole = Passwords.safeParse(kept);
  if (whole.success) return whole.data;
  const word = () => randomBytes(18).toString('base64url');
  const salt = () => randomBytes(16).toString('base64');
  const made = Passwords.parse({
    ...{ superuser: word(), replication: word(), rewind: word(), rest: word(), trunkline: word(), probe: word() },
    ...{ pooler: word(), poolerStats: word(), trunklineSalt: salt(), probeSalt: salt() },
    ...Passwords.partial().parse(kept),
  });
  await writeFile(`${path}.new`, JSON.stringify(made, null, 2), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return made;
}

async function keyPair(path: string): Promise<KeyPair> {
  if (!existsSync(`${path}.pub`)) {
    await rm(path, { force: true });
    await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', path]);
  }
  const [type, key] = (await readFile(`${path}.pub`, 'utf8')).trim().split(' ');
  return { path, privateKey: await readFile(path, 'utf8'), publicKey: `${type} ${key}` };
}
