import { killAll, removeLabCgroups } from './cgroups.ts';
import { removeTree } from './host-mounts.ts';
import { allHosts, type Generation } from './inventory.ts';
import { removeNetwork } from './network.ts';
import { labPaths } from './paths.ts';

/** Takes the whole lab away, whatever state it is in: processes, mounts, what the hosts wrote, namespaces, control groups. */
export async function teardown(generations: readonly Generation[], folders: readonly string[]): Promise<void> {
  await Promise.all(allHosts.map(killAll));
  for (const folder of new Set(folders))
    for (const generation of generations) await removeTree(labPaths(generation, folder).live);
  await removeNetwork();
  await removeLabCgroups();
}
