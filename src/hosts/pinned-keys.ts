import { readFile } from 'node:fs/promises';
import { refusal, TrunklineError } from '../core/errors.ts';
import { codeOf } from '../core/network-clause.ts';
import { fingerprint, type HostKey, sameKey } from './host-key.ts';
import { knownHost } from './known-hosts.ts';

/** Where the keys that a host may show are written down: its own in the inventory, or a known_hosts file, or both (both then allow). */
export interface KeySource {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly hostKey?: HostKey | undefined;
  /** Read at each connect, so a changed file needs no restart. */
  readonly knownHostsFile?: string | undefined;
}

/** The keys that a host may show, and those that it must not. */
export interface PinnedKeys {
  readonly keys: readonly HostKey[];
  readonly revoked: readonly Buffer[];
}

/** @throws Refusal when the file can't be read or understood, or nothing says which key the host has. */
export async function pinnedKeys(source: KeySource): Promise<PinnedKeys> {
  const { name, host, port, hostKey, knownHostsFile } = source;
  const inventory = hostKey ? [hostKey] : [];
  if (knownHostsFile === undefined) return inventory.length > 0 ? { keys: inventory, revoked: [] } : nothing(source);
  const { keys, revoked, authorities } = await readKnown(knownHostsFile, host, port);
  const all = [...inventory, ...keys];
  if (all.length > 0) return { keys: all, revoked };
  if (authorities === 0) return nothing(source);
  throw refusal(
    `${knownHostsFile} knows only a certificate authority for ${name}, and Trunkline cannot check the certificate of a host`,
    `Add the plain key of ${name}: the line of its /etc/ssh/ssh_host_ed25519_key.pub, as sshHostKey or in that file after ${shownName(host, port)}.`,
  );
}

/** Whether a shown key is revoked. */
export function isRevoked({ revoked }: PinnedKeys, shown: Buffer): boolean {
  return revoked.some((blob) => sameKey(blob, shown));
}

/** The error of a host that showed a revoked key. */
export function revokedHostKey(name: string, shown: Buffer): TrunklineError {
  return refusal(
    `the host key of ${name}, ${fingerprint(shown)}, is marked @revoked in the known_hosts file`,
    `Give ${name} a new host key and write that one down; whoever holds the revoked one can answer in its place.`,
  );
}

function nothing({ name, host, port, knownHostsFile }: KeySource): never {
  throw refusal(
    knownHostsFile === undefined
      ? `no host key is configured for ${name}`
      : `${knownHostsFile} has no key for ${shownName(host, port)} (${name})`,
    `Compare with 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub' on its console, then add the key as sshHostKey or in the known_hosts file.`,
  );
}

function shownName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

async function readKnown(file: string, host: string, port: number) {
  try {
    return knownHost(await readFile(file, 'utf8'), host, port);
  } catch (error) {
    if (error instanceof TrunklineError) throw refusal(error.message.replace('the known_hosts file', file), error.hint);
    throw refusal(
      `the known_hosts file ${file} cannot be read (${codeOf(error) ?? 'unknown reason'})`,
      'Make it readable for the user that Trunkline runs as.',
    );
  }
}
