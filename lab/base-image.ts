import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Generation } from './inventory.ts';
import { insideSwitch } from './network.ts';
import type { LabPaths } from './paths.ts';
import { mustRun } from './run-command.ts';

/**
 * Makes the file system that all hosts of a generation share: Debian with every package, nothing enabled, nothing configured.
 * Cached by the hash of what goes into it. Returns its folder. Takes about 40 s when it has to be made.
 */
export async function baseImage(generation: Generation, paths: LabPaths): Promise<string> {
  const recipe = imageRecipe(generation);
  const image = join(paths.images, recipe.hash);
  if (existsSync(image)) return image;
  if (insideSwitch())
    throw new Error('the base image is missing and cannot be downloaded from inside the lab: run `npm run lab -- up` outside');
  const unfinished = `${image}.unfinished`;
  await rm(paths.images, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await mustRun([...recipe.command, unfinished, await archiveOfThisMachine()], { timeoutMs: 900_000 });
  await strip(unfinished);
  await rename(unfinished, image);
  return image;
}

/** Hash of everything that goes into the base image of a generation. */
export function imageHash(generation: Generation): string {
  return imageRecipe(generation).hash;
}

const packages = (postgres: number): string[] => [
  'systemd systemd-sysv dbus openssh-server openssh-client sudo iproute2 procps psmisc curl ca-certificates less',
  'netcat-openbsd nftables socat util-linux-extra python3-etcd python3-psycopg2 patroni etcd-server etcd-client',
  `postgresql-${postgres} postgresql-client-${postgres} postgresql-contrib haproxy keepalived pgbouncer redis-server redis-tools`,
  'pgbackrest barman barman-cli rsync',
];

const masked = [
  'apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer',
  'logrotate.timer man-db.timer console-getty.service getty@tty1.service systemd-networkd.service systemd-resolved.service',
  'systemd-udevd.service systemd-udev-trigger.service systemd-timesyncd.service systemd-networkd.socket barman.timer',
];

function imageRecipe({ suite, postgres }: Generation): { hash: string; command: string[] } {
  const includes = packages(postgres).join(' ').split(' ');
  const hooks = [
    // Before the server package unpacks: no cluster of its own (createcluster.conf of postgresql-common).
    'mkdir -p "$1/etc/postgresql-common" && echo "create_main_cluster = false" > "$1/etc/postgresql-common/createcluster.conf"',
  ];
  const customize = [
    // `*` is no valid hash but, unlike `!`, does not lock the account: only keys open it (sshd(8)).
    `chroot "$1" useradd --system --create-home --home-dir /var/lib/trunkline --shell /bin/sh --password '*' trunkline`,
    // In the group of the other, so that it sees what was claimed.
    `chroot "$1" useradd --system --create-home --home-dir /var/lib/trunkline-read --groups trunkline --shell /bin/sh --password '*' trunkline-read`,
    // Debian 13 closes it to others; psql 15, which postgres runs from there, says so on stderr.
    'chmod 0755 "$1/var/lib/trunkline"',
    'install -d -m 0750 -o "$(chroot "$1" id -u trunkline)" -g "$(chroot "$1" id -g trunkline)" "$1/var/lib/trunkline/claims"',
  ];
  const command = [
    ...['mmdebstrap', '--quiet', '--variant=minbase', '--mode=root', `--include=${includes.join(',')}`],
    ...['--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Retries "3"', '--dpkgopt=force-unsafe-io'],
    ...['doc', 'man', 'locale'].map((kind) => `--dpkgopt=path-exclude=/usr/share/${kind}/*`),
    ...hooks.map((hook) => `--essential-hook=${hook}`),
    ...customize.map((hook) => `--customize-hook=${hook}`),
    suite,
  ];
  const hash = createHash('sha256')
    .update(JSON.stringify([command, masked]))
    .digest('hex')
    .slice(0, 16);
  return { hash, command };
}

/** The Debian archive that this machine's own apt uses, so that the hosts come from where its packages come from. */
async function archiveOfThisMachine(): Promise<string> {
  const said = await mustRun(['apt-get', 'indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']);
  const archive = said.split('\n').find((uri) => uri !== '' && !uri.includes('security'));
  if (archive === undefined)
    throw new Error("apt knows no Debian archive: run 'apt-get update' and look at /etc/apt/sources.list.d");
  return archive;
}

/** Debian enables what it installs; each host enables its own services instead. */
async function strip(image: string): Promise<void> {
  const units = join(image, 'etc/systemd/system');
  const wanted = join(units, 'multi-user.target.wants');
  const services = ['etcd', 'haproxy', 'keepalived', 'patroni', 'pgbouncer', 'postgresql', 'redis-server', 'rsync', 'nftables'];
  const unwanted = new Set(services.map((name) => `${name}.service`));
  for (const name of await readdir(wanted)) if (unwanted.has(name)) await rm(join(wanted, name));
  await rm(join(units, 'redis.service'), { force: true });
  for (const name of masked.join(' ').split(' ')) await replaceWithLink(join(units, name), '/dev/null');
  for (const name of await readdir(join(image, 'etc/ssh')))
    if (name.startsWith('ssh_host_')) await rm(join(image, 'etc/ssh', name));
  await writeFile(join(image, 'etc/machine-id'), '');
  await writeFile(join(image, 'etc/resolv.conf'), '');
}

async function replaceWithLink(path: string, target: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await symlink(target, path);
}
