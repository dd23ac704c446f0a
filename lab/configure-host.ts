import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostFile, HostRecipe } from './host-recipe.ts';
import type { Generation, Host } from './inventory.ts';
import { mustRun } from './run-command.ts';

/** Writes a host's files and enables its units in its mounted root, before it boots. */
export async function configureHost(host: Host, root: string, recipe: HostRecipe, generation: Generation): Promise<void> {
  if (host.role === 'standalone') await createPostgres(root, generation);
  const owners = await readOwners(root);
  for (const file of recipe.files) await writeOne(root, file, owners);
  for (const unit of recipe.units)
    await link(join(root, 'etc/systemd/system/multi-user.target.wants', unit), `/usr/lib/systemd/system/${unit}`);
  for (const unit of recipe.masked) await link(join(root, 'etc/systemd/system', unit), '/dev/null');
}

/** pg_createcluster(1) with checksums; its configuration is replaced by ours after it. */
async function createPostgres(root: string, { postgres }: Generation): Promise<void> {
  const options = ['--locale=C.UTF-8', '--start-conf=auto', String(postgres), 'main', '--', '--data-checksums'];
  await mustRun(['chroot', root, '/usr/bin/pg_createcluster', ...options]);
  // createcluster.conf of the image is ours, so this line of Debian's own one is missing, and conf.d would not be read.
  await appendFile(join(root, `etc/postgresql/${postgres}/main/postgresql.conf`), "include_dir = 'conf.d'\n");
}

type Owners = ReadonlyMap<string, { uid: number; gid: number }>;

async function readOwners(root: string): Promise<Owners> {
  const lines = (await readFile(join(root, 'etc/passwd'), 'utf8')).trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [name = '', , uid, gid] = line.split(':');
      return [name, { uid: Number(uid), gid: Number(gid) }];
    }),
  );
}

async function writeOne(root: string, { path, content, mode = 0o644, owner = 'root' }: HostFile, owners: Owners): Promise<void> {
  const ids = owners.get(owner);
  if (ids === undefined) throw new Error(`the image has no user ${owner}`);
  const target = join(root, path);
  const folder = dirname(target);
  if (!existsSync(folder)) {
    await mkdir(folder, { recursive: true, mode: path.includes('/.ssh/') ? 0o700 : 0o755 });
    await chown(folder, ids.uid, ids.gid);
  }
  await writeFile(target, content, { mode: 0o600 });
  await chown(target, ids.uid, ids.gid);
  await chmod(target, mode);
}

async function link(path: string, target: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await symlink(target, path);
}
