import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { imageHash } from './base-image.ts';
import { configureHost } from './configure-host.ts';
import { whatIsMissing } from './health.ts';
import { powerOn, shutDown, waitForSsh } from './host.ts';
import { hostRecipe } from './host-files.ts';
import type { HostRecipe, LabSettings } from './host-recipe.ts';
import { mountHost, removeTree, unmountBelow } from './host-mounts.ts';
import { type Host, type HostName, haHosts, hostNamed, hosts } from './inventory.ts';
import type { Machine } from './lab-machine.ts';
import { plugIn } from './network.ts';
import type { LabPaths } from './paths.ts';
import { mustRun } from './run-command.ts';
import { step } from './steps.ts';
import { prepareDatabase } from './trunkline-database.ts';
import { waitFor } from './wait-for.ts';

/** Raise it when the making of a snapshot changes in a way that its inputs do not show. */
const VERSION = 3;

/**
 * The hosts' own changes and databases at a moment at which a new cluster had become healthy and was then shut down cleanly: what every
 * `up` and `reset` begins from. Cached by the hash of everything that the hosts are made of. Returns its folder.
 */
export async function ensureSnapshot(machine: Machine, image: string): Promise<string> {
  const { paths, settings } = machine;
  const snapshot = join(paths.snapshots, snapshotKey(settings));
  if (existsSync(snapshot)) return snapshot;
  await removeTree(paths.live);
  await makeHosts(machine, image, recipesOf(settings));
  await mkdir(paths.snapshots, { recursive: true, mode: 0o700 });
  await forgetOldest(paths.snapshots);
  // Most of a new cluster is WAL that was allocated and not written: with holes instead, a restore copies a third.
  await rm(`${snapshot}.unfinished`, { recursive: true, force: true });
  await mustRun(['cp', '-a', '--sparse=always', paths.live, `${snapshot}.unfinished`]);
  await rename(`${snapshot}.unfinished`, snapshot);
  await removeTree(paths.live);
  return snapshot;
}

/** Hash of everything that a snapshot is made of: two labs with the same one are the same lab. */
export function snapshotKey(settings: LabSettings): string {
  const inputs = [VERSION, imageHash(settings.generation), settings.secrets.passwords, [...recipesOf(settings)]];
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
}

/** Copies a host as it is in the snapshot to where it lives. */
export async function restoreHost(snapshot: string, paths: LabPaths, name: HostName): Promise<void> {
  await copy(join(snapshot, name), paths.host(name).folder, paths);
}

/** Copies the backup repository, if it is not there yet. */
export async function restoreRepository(snapshot: string, paths: LabPaths): Promise<void> {
  if (!existsSync(paths.repository)) await copy(join(snapshot, 'repository'), paths.repository, paths);
}

function recipesOf(settings: LabSettings): ReadonlyMap<Host, HostRecipe> {
  return new Map(hosts.map((host) => [host, hostRecipe(host, settings)]));
}

async function makeHosts(machine: Machine, image: string, recipes: ReadonlyMap<Host, HostRecipe>): Promise<void> {
  const { paths, settings, log } = machine;
  for (const [host, recipe] of recipes) {
    await mountHost(host, paths.host(host.name), { image, repository: paths.repository });
    await configureHost(host, paths.host(host.name).root, recipe, settings.generation);
  }
  const first = haHosts.map(hostNamed);
  await step(log, '  first boot', () => Promise.all(first.map((host) => bootFirst(host, machine))));
  await step(log, '  first health', () => waitFor('a healthy new cluster', whatIsMissing, { timeoutMs: 180_000, everyMs: 300 }));
  await step(log, "  Trunkline's roles, the probe's database, the backup stanza", () => prepareDatabase(settings.secrets));
  await step(log, '  clean shutdown', () => Promise.all(haHosts.map((name) => shutDown(name))));
  await unmountBelow(paths.live);
}

async function bootFirst(host: Host, { paths }: Machine): Promise<void> {
  await plugIn(host);
  await powerOn(host, paths.host(host.name));
  await waitForSsh(host.name);
}

async function copy(from: string, to: string, paths: LabPaths): Promise<void> {
  await mkdir(paths.live, { recursive: true, mode: 0o700 });
  await rm(`${to}.unfinished`, { recursive: true, force: true });
  await mustRun(['cp', '-a', '--reflink=auto', from, `${to}.unfinished`]);
  await rename(`${to}.unfinished`, to);
}

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  const aged = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).ctimeMs })));
  const surplus = aged.toSorted((a, b) => b.at - a.at).slice(2);
  for (const { name } of surplus) await removeTree(join(folder, name));
}
