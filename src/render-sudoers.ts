import type { ClusterConfig, Config } from './config/schema.ts';
import { refusal } from './core/errors.ts';
import { layoutOf } from './hosts/host-layout.ts';
import { proxySudoGrants, readingGrants, sudoGrants } from './hosts/sudo-grants.ts';
import { sudoers } from './stack/sudoers.ts';

/**
 * What /etc/sudoers.d/trunkline must hold on the hosts of members, of PgBouncers and of HAProxies with a socket: one text for all hosts that need the same, under a
 * comment that names them. Other proxy hosts need none, as nothing runs there as somebody else.
 * @throws Refusal when no cluster has ssh, so that there is nothing to render.
 */
export function renderSudoers({ clusters }: Pick<Config, 'clusters'>): string {
  const hosts = new Map<string, string[]>();
  for (const { cluster, member, text } of clusters.flatMap(textsOf)) {
    hosts.set(text, [...(hosts.get(text) ?? []), `${member} of ${cluster}`]);
  }
  if (hosts.size > 0) return [...hosts].map(([text, names]) => withHosts(names, text)).join('\n');
  throw refusal(
    'no cluster of this configuration has ssh, so no host needs sudo',
    'Add `ssh` to a cluster, with the user and the key that Trunkline logs in with.',
  );
}

function textsOf(config: ClusterConfig) {
  const { name: cluster, ssh, members } = config;
  if (!ssh) return [];
  return [
    ...proxyGrants(config, ssh.user).map(({ name, user, grants }) => ({ cluster, member: name, text: sudoers(user, grants) })),
    ...members.map((member) => ({
      ...{ cluster, member: member.name },
      text: [
        sudoers(member.sshUser ?? ssh.user, sudoGrants(layoutOf(member))),
        ...(ssh.reading ? ['# The bot, which only reads:\n', sudoers(ssh.reading.user, readingGrants(layoutOf(member)))] : []),
      ].join(''),
    })),
  ];
}

/** HAProxy and PgBouncer often share a host, which then has one text. */
function proxyGrants({ haproxy, pgbouncers, members }: ClusterConfig, sshUser: string) {
  const servers = members.map(({ name }) => name);
  const told = (haproxy?.hosts ?? []).flatMap(({ name, socket, sshUser: own }) => {
    if (socket === undefined) return [];
    return [
      {
        name,
        user: own ?? sshUser,
        grants: proxySudoGrants({ haproxy: { socket, backend: haproxy?.primaryBackend ?? '', servers } }),
      },
    ];
  });
  const paused = pgbouncers.map((pooler) => {
    const user = pooler.sshUser ?? sshUser;
    return { name: pooler.name, user, grants: proxySudoGrants({ poolers: [{ ...pooler, user }] }) };
  });
  const hosts = new Map<string, (typeof told)[number]>();
  for (const { name, user, grants } of [...told, ...paused])
    hosts.set(name, { name, user, grants: [...(hosts.get(name)?.grants ?? []), ...grants] });
  return [...hosts.values()];
}

function withHosts(names: readonly string[], text: string): string {
  return `# /etc/sudoers.d/trunkline (owner root, mode 0440; check it with visudo -cf) on:
${names.map((name) => `#   ${name}\n`).join('')}${text}`;
}
