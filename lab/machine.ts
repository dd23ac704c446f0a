import { existsSync } from 'node:fs';
import { baseImage } from './base-image.ts';
import { initOf, killAll } from './cgroups.ts';
import { whatIsMissing } from './health.ts';
import { powerOn, waitForSsh } from './host.ts';
import { mountHost, removeTree } from './host-mounts.ts';
import { type HostName, haHosts, hostNamed, linkTo, network } from './inventory.ts';
import { makeSwitch, plugIn, setLink } from './network.ts';
import type { Machine } from './lab-machine.ts';
import { runCommand } from './run-command.ts';
import { ensureSnapshot, restoreHost, restoreRepository } from './snapshot.ts';
import { step } from './steps.ts';
import { waitFor } from './wait-for.ts';

/** Boots hosts that are off, each as it was left or, if it has never run, as it is in the snapshot. */
export async function bootHosts(machine: Machine, names: readonly HostName[]): Promise<void> {
  const { log, paths } = machine;
  const image = await step(log, 'base image', () => baseImage(machine.settings.generation, paths));
  await makeSwitch();
  const snapshot = await step(log, 'snapshot of a healthy cluster', () => ensureSnapshot(machine, image));
  await restoreRepository(snapshot, paths);
  await step(log, `boot ${names.join(' ')}`, () =>
    Promise.all(names.map((name) => bootHost(machine, name, { image, snapshot }))),
  );
  if (haHosts.every((name) => initOf(name) !== undefined)) await step(log, 'healthy', () => waitHealthy());
}

/** Puts hosts back to the snapshot: power off, forget what they wrote, boot. */
export async function resetHosts(machine: Machine, names: readonly HostName[]): Promise<void> {
  await step(machine.log, 'power off', async () => {
    await Promise.all(names.map(killAll));
    await removeTree(machine.paths.live);
  });
  await bootHosts(machine, names);
}

/** Puts the cable in and boots the host if it is off. */
export async function healHost(machine: Machine, name: HostName): Promise<void> {
  await plugIn(hostNamed(name));
  await setLink(name, 'up');
  if (initOf(name) !== undefined) return;
  const image = await baseImage(machine.settings.generation, machine.paths);
  const snapshot = await ensureSnapshot(machine, image);
  await step(machine.log, `boot ${name}`, () => bootHost(machine, name, { image, snapshot }));
}

/** Waits until nothing is missing; the error says what still was. */
export function waitHealthy(timeoutMs = 120_000): Promise<void> {
  return waitFor('a healthy cluster', whatIsMissing, { timeoutMs, everyMs: 300 });
}

async function bootHost(machine: Machine, name: HostName, from: { image: string; snapshot: string }): Promise<void> {
  const { paths, pgdataLimit } = machine;
  const host = hostNamed(name);
  const hostPaths = paths.host(name);
  if (!existsSync(hostPaths.folder)) await restoreHost(from.snapshot, paths, name);
  await plugIn(host);
  if ((await runCommand(['ip', '-n', network.namespace, 'link', 'set', linkTo(name), 'up'])).code !== 0)
    throw new Error(`the link of ${name} is gone: take the lab down and up again`);
  await mountHost(host, hostPaths, { image: from.image, repository: paths.repository, pgdataLimit });
  await powerOn(host, hostPaths);
  await waitForSsh(name);
}
