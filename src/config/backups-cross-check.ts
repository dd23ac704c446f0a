import type { Config } from './schema.ts';

interface Found {
  readonly keys: readonly (string | number)[];
  readonly value?: string;
  readonly reason: string;
  readonly hint: string;
}

/** A backup tool is asked over ssh, and its host is trusted as every other one. */
export function backupsCrossCheck({ clusters }: Pick<Config, 'clusters'>): readonly Found[] {
  return clusters.flatMap(({ backups, ssh, members, haproxy, pgbouncers }, c) => {
    if (!backups) return [];
    const at = ['clusters', c, 'backups'];
    if (!ssh)
      return [
        {
          keys: at,
          reason: 'the backup tool is asked over ssh, and the cluster has none',
          hint: 'Add ssh to the cluster, or take its backups away.',
        },
      ];
    const { host } = backups;
    if (!host) return [];
    const others = [...members, ...(haproxy?.hosts ?? []), ...pgbouncers];
    const taken = others.find(({ name, host: address }) => name === host.name && address !== host.host);
    return [
      ...(taken
        ? [
            {
              keys: [...at, 'host', 'name'],
              value: host.name,
              reason: `another host of the cluster is named ${host.name}, with the address ${taken.host}`,
              hint: 'Give each host a name of its own, or the same address where it is the same host.',
            },
          ]
        : []),
      ...(host.sshHostKey === undefined && ssh.knownHostsFile === undefined
        ? [
            {
              keys: [...at, 'host', 'sshHostKey'],
              reason: `the host key of ${host.name} is missing`,
              hint: "Copy it from the host's /etc/ssh/ssh_host_ed25519_key.pub, or name a known_hosts file as ssh.knownHostsFile.",
            },
          ]
        : []),
    ];
  });
}
