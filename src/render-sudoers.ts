import type { ClusterConfig, Config } from './config/schema.ts';
import { refusal } from './core/errors.ts';
import { layoutOf } from './hosts/host-layout.ts';
import { poolerGrants } from './hosts/pooler-commands.ts';
import { sudoGrants } from './hosts/sudo-grants.ts';
import { sudoers } from './stack/sudoers.ts';

/**
 * What /etc/sudoers.d/trunkline must hold on the hosts of members and PgBouncers: one text for all hosts that need the same, under a
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
  const { name: cluster, ssh, members, pgbouncers } = config;
  if (!ssh) return [];
  const poolers = pgbouncers.map((pooler) => {
    const user = pooler.sshUser ?? ssh.user;
    return { cluster, member: pooler.name, text: sudoers(user, poolerGrants({ ...pooler, user })) };
  });
  return [
    ...poolers,
    ...members.map((member) => ({
      cluster,
      member: member.name,
      text: sudoers(member.sshUser ?? ssh.user, sudoGrants(layoutOf(member))),
    })),
  ];
}

function withHosts(names: readonly string[], text: string): string {
  return `# /etc/sudoers.d/trunkline (owner root, mode 0440; check it with visudo -cf) on:
${names.map((name) => `#   ${name}\n`).join('')}${text}`;
}
