import { stringify } from 'yaml';
import type { Credential, PatroniMember } from './patroni-yml.ts';

/** A member that joins a cluster which runs: what is dynamic it takes from the DCS, what is local is rendered. */
export interface JoiningMember {
  readonly scope: string;
  readonly namespace: string;
  /** `host:port` of every etcd member. */
  readonly etcd: readonly string[];
  /** How the members that are there speak to etcd: protocol, cacert, cert, key, username, password. */
  readonly etcd3: Readonly<Record<string, string>>;
  readonly member: PatroniMember;
  readonly credentials: {
    readonly superuser: Credential;
    readonly replication: Credential;
    readonly rewind?: Credential | undefined;
    /** Of the REST API. */
    readonly rest?: Credential | undefined;
  };
  /** The leader's pg_hba.conf, whose rules all members share. */
  readonly hba: string;
  /** Of pg_basebackup, in KiB/s. */
  readonly maxRateKibPerSecond: number;
}

/**
 * Renders patroni.yml of a member that joins (patroni docs/yaml_configuration.rst). It has no section `bootstrap`, so it can never make
 * a cluster of its own. It holds clear-text passwords: write it 0600, owned by postgres.
 */
export function patroniMemberYml(joining: JoiningMember): string {
  const { scope, namespace, etcd, etcd3, member, credentials, hba, maxRateKibPerSecond } = joining;
  const reachable = `${member.address}:${member.restPort}`;
  const { superuser, replication, rewind, rest } = credentials;
  const document = {
    ...{ scope, namespace, name: member.name },
    restapi: { listen: reachable, connect_address: reachable, ...(rest ? { authentication: rest } : {}) },
    etcd3: { hosts: [...etcd], ...etcd3 },
    postgresql: {
      listen: `${member.address},127.0.0.1:${member.postgresPort}`,
      connect_address: `${member.address}:${member.postgresPort}`,
      ...{ data_dir: member.dataDirectory, bin_dir: member.binDirectory },
      pgpass: '/var/lib/postgresql/.pgpass.patroni',
      authentication: { superuser, replication, ...(rewind ? { rewind } : {}) },
      pg_hba: rulesOf(hba),
      parameters: { unix_socket_directories: '/var/run/postgresql', password_encryption: 'scram-sha-256' },
      create_replica_methods: ['basebackup'],
      basebackup: [{ checkpoint: 'fast' }, { 'max-rate': `${maxRateKibPerSecond}k` }],
    },
    tags: { nofailover: false, noloadbalance: false, clonefrom: false, nosync: false },
  };
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The lines that are rules: Patroni writes its own comment above them. */
function rulesOf(hba: string): readonly string[] {
  return hba
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
