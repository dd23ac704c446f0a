import { existsSync, statSync } from 'node:fs';
import { z } from 'zod';
import { type Host, type HostName, hostNamespace, hosts, linkTo, network } from './inventory.ts';
import { mustRun, runCommand } from './run-command.ts';

/** Prefix that runs a command inside the switch's network namespace, from wherever we are. */
export function inSwitch(argv: readonly string[]): string[] {
  return ['nsenter', `--net=/run/netns/${network.namespace}`, '--', ...argv];
}

/** Whether this very process is inside the switch's namespace, where nothing outside the lab can be reached. */
export function insideSwitch(): boolean {
  if (!switchIsUp()) return false;
  return statSync('/proc/self/ns/net').ino === statSync(`/run/netns/${network.namespace}`).ino;
}

export function switchIsUp(): boolean {
  return existsSync(`/run/netns/${network.namespace}`);
}

export async function makeSwitch(): Promise<void> {
  if (switchIsUp()) return;
  const { namespace, bridge, address, prefixLength } = network;
  await mustRun(['ip', 'netns', 'add', namespace]);
  await ipIn(namespace, 'link set lo up');
  await ipIn(namespace, `link add ${bridge} type bridge forward_delay 0 mcast_snooping 0`);
  await ipIn(namespace, `addr add ${address}/${prefixLength} dev ${bridge}`);
  await ipIn(namespace, `link set ${bridge} up`);
}

/** Gives a host its namespace with eth0 and its address, and plugs it into the switch. */
export async function plugIn({ name, address }: Host): Promise<void> {
  const own = hostNamespace(name);
  if (existsSync(`/run/netns/${own}`)) return;
  // A namespace is deleted a moment after its name: a link of the one before would make `link add` fail.
  await runCommand(['ip', '-n', network.namespace, 'link', 'del', linkTo(name)]);
  await mustRun(['ip', 'netns', 'add', own]);
  await ipIn(network.namespace, `link add ${linkTo(name)} type veth peer name eth0 netns ${own}`);
  await ipIn(network.namespace, `link set ${linkTo(name)} master ${network.bridge} up`);
  await ipIn(own, 'link set lo up');
  await ipIn(own, `addr add ${address}/${network.prefixLength} dev eth0`);
  await ipIn(own, 'link set eth0 up');
}

/** Takes a host's cable out (or puts it back): the host sees its carrier go. */
export async function setLink(name: HostName, state: 'up' | 'down'): Promise<void> {
  await ipIn(network.namespace, `link set ${linkTo(name)} ${state}`);
}

const Links = z.array(z.object({ ifname: z.string().optional(), flags: z.array(z.string()).default([]) }));

/** Names of the hosts whose cable is out. */
export async function cutHosts(): Promise<ReadonlySet<HostName>> {
  if (!switchIsUp()) return new Set();
  const said = await mustRun(['ip', '-n', network.namespace, '-j', 'link', 'show']);
  const up = new Set(
    Links.parse(JSON.parse(said))
      .filter((link) => link.flags.includes('UP'))
      .map((link) => link.ifname),
  );
  return new Set(hosts.map((host) => host.name).filter((name) => !up.has(linkTo(name))));
}

const Addresses = z.array(z.object({ addr_info: z.array(z.object({ local: z.string().optional() })).default([]) }));

/** IPv4 addresses on a host's eth0, read without asking the host. */
export async function addressesOf(name: HostName): Promise<readonly string[]> {
  if (!existsSync(`/run/netns/${hostNamespace(name)}`)) return [];
  const said = await mustRun(['ip', '-n', hostNamespace(name), '-4', '-j', 'addr', 'show', 'dev', 'eth0']);
  return Addresses.parse(JSON.parse(said)).flatMap((link) => link.addr_info.flatMap(({ local }) => local ?? []));
}

/** Deletes what `makeSwitch` and `plugIn` made, as far as it is there; but not the switch under our own feet. */
export async function removeNetwork(): Promise<void> {
  for (const { name } of hosts) {
    if (switchIsUp()) await runCommand(['ip', '-n', network.namespace, 'link', 'del', linkTo(name)]);
    await removeNamespace(hostNamespace(name));
  }
  if (!insideSwitch()) await removeNamespace(network.namespace);
}

async function removeNamespace(name: string): Promise<void> {
  if (existsSync(`/run/netns/${name}`)) await mustRun(['ip', 'netns', 'del', name]);
}

async function ipIn(namespace: string, command: string): Promise<void> {
  await mustRun(['ip', '-n', namespace, ...command.split(' ')]);
}
