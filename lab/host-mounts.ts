import { existsSync, readFileSync } from 'node:fs';
import { chown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Host, Role } from './inventory.ts';
import type { HostPaths } from './paths.ts';
import { mustRun, runCommand } from './run-command.ts';

/** Folders that are not on the overlay: databases want a real file system (renames of folders, one inode per file). */
const volumes: Readonly<Record<Role, readonly string[]>> = {
  member: ['/var/lib/postgresql', '/var/lib/etcd'],
  standalone: ['/var/lib/postgresql'],
  backup: [],
  balancer: [],
  bare: ['/var/lib/postgresql'],
};

export interface MountOptions {
  readonly image: string;
  readonly repository: string;
  /** Size of the file system of /var/lib/postgresql, as tmpfs(5) takes it (`512M`); without it, it is as large as the disk. */
  readonly pgdataLimit?: string | undefined;
}

/** Mounts a host's root: the image below, the host's own changes above, its volumes in. Does nothing when it is mounted. */
export async function mountHost(host: Host, paths: HostPaths, options: MountOptions): Promise<void> {
  if (mountsBelow(paths.root).length > 0) return;
  for (const folder of [paths.root, paths.upper, paths.work]) await mkdir(folder, { recursive: true });
  const layers = `lowerdir=${options.image},upperdir=${paths.upper},workdir=${paths.work}`;
  await mustRun(['mount', '-t', 'overlay', 'trunkline-lab', '-o', layers, paths.root]);
  for (const inside of volumes[host.role]) await mountVolume(inside, paths, options);
  if (host.role !== 'member' && host.role !== 'backup') return;
  await ownLike(options.repository, join(options.image, 'var/lib/postgresql'));
  await mkdir(join(paths.root, 'var/lib/pgbackrest'), { recursive: true });
  await mustRun(['mount', '--bind', options.repository, join(paths.root, 'var/lib/pgbackrest')]);
}

/** Unmounts whatever is mounted below a folder, deepest first. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const target of mountsBelow(folder).toReversed()) {
    const deadline = Date.now() + 5000;
    while ((await runCommand(['umount', target])).code !== 0 && Date.now() < deadline) await pause(50);
  }
  const left = mountsBelow(folder).toReversed();
  for (const target of left) await mustRun(['umount', '--lazy', target]);
}

/** Targets of mounts at or below a folder, in the order in which they were made: proc(5), mountinfo. */
function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\040/g, ' '))
    .filter((target) => target === folder || target.startsWith(`${folder}/`));
}

async function mountVolume(inside: string, paths: HostPaths, { image, pgdataLimit }: MountOptions): Promise<void> {
  const volume = join(paths.volumes, basename(inside));
  const original = join(image, inside);
  const made = !existsSync(volume);
  if (made) {
    await mkdir(paths.volumes, { recursive: true });
    await mustRun(['cp', '-a', original, volume]);
  }
  const limited = pgdataLimit !== undefined && inside === '/var/lib/postgresql';
  await mustRun(['mount', '--bind', limited ? await limitedCopy(volume, pgdataLimit) : volume, join(paths.root, inside)]);
}

/** A size-limited file system with the volume's content, on which the disk can run full. */
async function limitedCopy(volume: string, size: string): Promise<string> {
  const limited = `${volume}.limited`;
  await mkdir(limited, { recursive: true });
  const { uid, gid } = await stat(volume);
  await mustRun(['mount', '-t', 'tmpfs', '-o', `size=${size},uid=${uid},gid=${gid},mode=0755`, 'trunkline-lab', limited]);
  for (const name of await readdir(volume)) await mustRun(['cp', '-a', join(volume, name), limited]);
  return limited;
}

async function ownLike(folder: string, model: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { uid, gid } = await stat(model);
  await chown(folder, uid, gid);
}

/** Removes a folder tree after unmounting everything in it: never deletes through a mount. */
export async function removeTree(folder: string): Promise<void> {
  await unmountBelow(folder);
  if (mountsBelow(folder).length > 0) throw new Error(`${folder} cannot be removed while something in it is mounted`);
  await rm(folder, { recursive: true, force: true });
}
