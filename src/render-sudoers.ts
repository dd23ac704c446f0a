import { backupTool } from './config/backup-tool.ts';
import type { ClusterConfig, Config } from './config/schema.ts';
import { refusal } from './core/errors.ts';
import { backupGrants } from './hosts/backup-commands.ts';
import { layoutOf } from './hosts/host-layout.ts';
import { proxySudoGrants, readingGrants, sudoGrants } from './hosts/sudo-grants.ts';
import { sudoers } from './stack/sudoers.ts';

/**
 * What /etc/sudoers.d/trunkline must hold on the hosts of members, of PgBouncers, of HAProxies with a socket and of a backup tool: one
 * text for all hosts that need the same, under a comment that names them. Other proxy hosts need none, as nothing runs there as somebody else.
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
    ...otherGrants(config, ssh.user).map(({ name, user, grants }) => {
      const reads = grants.filter((grant) => grant.reads);
      const reader = ssh.reading && reads.length > 0 ? `${READER}${sudoers(ssh.reading.user, reads)}` : '';
      return { cluster, member: name, text: `${sudoers(user, grants)}${reader}` };
    }),
    ...members.map((member) => ({
      ...{ cluster, member: member.name },
      text: memberText(config, ssh, member),
    })),
  ];
}

type Ssh = NonNullable<ClusterConfig['ssh']>;

/** pgBackRest is asked on each member and restores there; Barman on its own host alone. */
function memberText(config: ClusterConfig, { user, reading }: Ssh, member: ClusterConfig['members'][number]): string {
  const tool = backupTool(config);
  const own = tool?.tool === 'pgBackRest' || config.backups?.host?.name === member.name ? tool : undefined;
  const layout = layoutOf(member);
  const peers = config.members.map(({ host, postgresPort: port }) => ({ host, port }));
  return [
    sudoers(member.sshUser ?? user, sudoGrants(layout, own, peers)),
    ...(reading ? [READER, sudoers(reading.user, readingGrants(layout, peers, own))] : []),
  ].join('');
}

const READER = '# The bot, which only reads:\n';

/** HAProxy, PgBouncer and the backup tool may share a host, which then has one text; a member has its own already. */
function otherGrants(config: ClusterConfig, sshUser: string) {
  const { haproxy, pgbouncers, members, backups } = config;
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
  const tool = backupTool(config);
  const isMember = members.some(({ name }) => name === backups?.host?.name);
  const asked =
    tool && backups?.host && !isMember
      ? [{ name: backups.host.name, user: backups.host.sshUser ?? sshUser, grants: backupGrants(tool) }]
      : [];
  const hosts = new Map<string, (typeof told)[number]>();
  for (const { name, user, grants } of [...told, ...paused, ...asked])
    hosts.set(name, { name, user, grants: [...(hosts.get(name)?.grants ?? []), ...grants] });
  return [...hosts.values()];
}

function withHosts(names: readonly string[], text: string): string {
  return `# /etc/sudoers.d/trunkline (owner root, mode 0440; check it with visudo -cf) on:
${names.map((name) => `#   ${name}\n`).join('')}${text}`;
}
