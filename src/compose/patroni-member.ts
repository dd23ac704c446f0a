import type { Secrets } from '../config/secrets.ts';
import { refusal } from '../core/errors.ts';
import { layoutOf } from '../hosts/host-layout.ts';
import { writePatroni } from '../hosts/standby-commands.ts';
import { patroniMemberYml } from '../stack/patroni-member-yml.ts';
import type { ClusterSources } from './cluster-sources.ts';
import type { PatroniCommand } from './remote-of-standby.ts';
import type { Remote } from './remote-of.ts';

type Asked = Pick<PatroniCommand, 'hba' | 'etcd3' | 'maxRateKibPerSecond'> & { readonly member: string };
type Named = { readonly username: string; readonly password: string };

/** How patroni.yml of a new member is written; its passwords are those of the configuration and go over ssh by stdin alone. */
export function patroniMember({ config, parts }: ClusterSources, { member: name, ...asked }: Asked, secrets: Secrets): Remote {
  const member = config.members.find((one) => one.name === name);
  const { joins, username, password } = config.patroni;
  if (!member || !joins || !parts.etcd)
    throw refusal(
      `the configuration of ${config.name} has not what a new member needs`,
      'Add `patroni.joins` with the superuser and the replication role, and the member itself.',
    );
  const { dataDirectory, binDirectory } = layoutOf(member);
  const revealed = ({ username: role, password: reference }: Named) => ({ username: role, password: secrets.reveal(reference) });
  const text = patroniMemberYml({
    ...asked,
    ...{ scope: config.scope ?? config.name, namespace: config.namespace },
    etcd: parts.etcd.names.map((endpoint) => new URL(endpoint).host),
    member: {
      ...{ name, address: member.host, postgresPort: member.postgresPort, restPort: member.restPort },
      ...{ dataDirectory, binDirectory },
    },
    credentials: {
      ...{ superuser: revealed(joins.superuser), replication: revealed(joins.replication) },
      rewind: joins.rewind && revealed(joins.rewind),
      rest: username && password ? revealed({ username, password }) : undefined,
    },
  });
  return { command: writePatroni(), timeoutMs: 60_000, mayRepeat: true, stdin: text };
}
