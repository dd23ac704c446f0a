import type { HostUnit } from '../acts/hands.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { refusal } from '../core/errors.ts';
import type { UnitSpec } from '../hosts/units.ts';
import type { ClusterSources } from './cluster-sources.ts';

interface Asked {
  readonly cluster: string;
  readonly spec: HostUnit;
  readonly secrets: Secrets;
}

/**
 * Long work as hosts take it: a rewind gets the address of its source and the password of the configured role, as a password file.
 * @throws Refusal when the configuration has not got them any more.
 */
export function unitSpec(clusters: readonly ClusterSources[], { cluster, spec, secrets }: Asked): UnitSpec {
  const { command, ...rest } = spec;
  const config = clusters.find((one) => one.config.name === cluster)?.config;
  if (command.name === 'restore backup') return { ...rest, command: { ...command, stanza: stanzaOf(cluster, config) } };
  if (command.name !== 'rewind') return { ...rest, command };
  const source = config?.members.find(({ name }) => name === command.source);
  if (!config?.rewind || !source)
    throw refusal(
      `${cluster} has ${source ? 'no `rewind` role' : `no member ${command.source}`} in the configuration`,
      'It was taken out; put it back and ask again.',
    );
  const { user, password } = config.rewind;
  const { name, how, restoreWal } = command;
  return {
    ...rest,
    command: { name, how, restoreWal, from: { host: source.host, port: source.postgresPort, user } },
    secret: `*:*:*:${pgpassField(user)}:${pgpassField(secrets.reveal(password))}\n`,
  };
}

function stanzaOf(cluster: string, config: ClusterConfig | undefined): string {
  if (config?.backups?.tool === 'pgbackrest') return config.backups.stanza;
  throw refusal(`${cluster} has no pgBackRest in the configuration`, 'It was taken out; put it back and ask again.');
}

/** A colon and a backslash are escaped (PostgreSQL docs, The Password File). */
const pgpassField = (text: string): string => text.replace(/[\\:]/g, '\\$&');
