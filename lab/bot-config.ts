import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { cluster, dataDirectory, type Generation, hostsWithRole, ledger, ports } from './inventory.ts';
import type { LabSecrets } from './secrets.ts';
import type { Seed } from './slack/seed.ts';

export interface BotConfigOptions {
  /** Where the file and its secrets go; made with mode 0700. */
  readonly folder: string;
  readonly generation: Generation;
  readonly secrets: LabSecrets;
  readonly seed: Seed;
  readonly slackApiUrl: string;
  readonly redisPort: number;
  readonly healthPort: number;
  /** The plain streaming cluster as well: only where its hosts are up, as the bot reads every cluster that it knows. */
  readonly ledger?: boolean;
  /** Merged over the top-level keys, for tests of another configuration. */
  readonly change?: (config: Record<string, unknown>) => Record<string, unknown>;
}

/** Writes the bot's configuration for the lab's inventory, secrets in files of their own; returns the file's path. */
export async function writeBotConfig(options: BotConfigOptions): Promise<string> {
  const { folder, secrets, seed, change = (same) => same } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: Record<string, string> = {
    'slack-bot-token': seed.app.botToken,
    'slack-app-token': seed.app.appToken,
    'slack-signing-secret': seed.app.signingSecret,
    'patroni-rest': secrets.passwords.rest,
    'postgres-trunkline': secrets.passwords.trunkline,
    'postgres-superuser': secrets.passwords.superuser,
    'postgres-replication': secrets.passwords.replication,
    'postgres-rewind': secrets.passwords.rewind,
    'postgres-probe': secrets.passwords.probe,
    'pgbouncer-admin': secrets.passwords.pooler,
    'pgbouncer-stats': secrets.passwords.poolerStats,
  };
  for (const [name, value] of Object.entries(files)) await writeFile(join(folder, name), `${value}\n`, { mode: 0o600 });
  const path = join(folder, 'trunkline.yml');
  await writeFile(path, stringify(change(botConfig(options))), { mode: 0o600 });
  return path;
}

function botConfig({
  folder,
  seed,
  slackApiUrl,
  redisPort,
  healthPort,
  generation,
  secrets,
  ledger: withLedger = false,
}: BotConfigOptions): Record<string, unknown> {
  const file = (name: string) => `file:${join(folder, name)}`;
  const channel = (name: string) => idOf(seed.channels, name);
  const group = (handle: string) =>
    idOf(
      seed.groups.map(({ id, handle: name }) => ({ id, name })),
      handle,
    );
  return {
    slack: {
      mode: 'socket',
      botToken: file('slack-bot-token'),
      appToken: file('slack-app-token'),
      signingSecret: file('slack-signing-secret'),
      teamId: seed.team.id,
      apiUrl: slackApiUrl,
    },
    redis: { host: '127.0.0.1', port: redisPort },
    channels: { ops: channel('db-ops'), alerts: channel('db-alerts'), audit: channel('db-audit') },
    people: [
      { role: 'viewer', groups: [group('db-viewers')] },
      { role: 'operator', groups: [group('db-operators')] },
      { role: 'approver', groups: [group('db-approvers')] },
    ],
    policies: [
      { risk: ['reads', 'interrupts-nothing'], approvals: 0 },
      { risk: ['interrupts-writes', 'can-lose-data'], approvals: 1, expiresIn: '15m', startWithin: '5m' },
    ],
    limits: { minSinceLeaderChange: '0s' },
    etcds: [{ name: 'main', endpoints: hostsWithRole('member').map(({ address }) => `http://${address}:${ports.etcdClient}`) }],
    clusters: [billing({ file, generation, secrets }), ...(withLedger ? [streaming({ file, generation, secrets })] : [])],
    http: { host: '127.0.0.1', port: healthPort },
    log: { level: 'info' },
  };
}

interface ClusterParts {
  readonly file: (name: string) => string;
  readonly generation: Generation;
  readonly secrets: LabSecrets;
}

function streaming({ file, generation, secrets }: ClusterParts): Record<string, unknown> {
  return {
    name: ledger.name,
    environment: 'production',
    mode: 'streaming',
    postgres: { user: 'trunkline', password: file('postgres-trunkline') },
    rewind: { user: 'rewinder', password: file('postgres-rewind') },
    ssh: ssh(secrets),
    members: hostsWithRole('standalone').map(({ name, address }) => ({
      name,
      host: address,
      postgresPort: ports.postgres,
      sshHostKey: secrets.hostKeys[name].publicKey,
      dataDirectory: dataDirectory(generation),
    })),
  };
}

function billing({ file, generation, secrets }: ClusterParts): Record<string, unknown> {
  return {
    name: cluster.name,
    environment: 'production',
    mode: 'patroni',
    scope: cluster.scope,
    namespace: cluster.namespace,
    etcd: 'main',
    patroni: {
      ...{ username: 'trunkline', password: file('patroni-rest') },
      joins: {
        superuser: { username: 'postgres', password: file('postgres-superuser') },
        replication: { username: 'replicator', password: file('postgres-replication') },
        rewind: { username: 'rewinder', password: file('postgres-rewind') },
      },
    },
    postgres: { user: 'trunkline', password: file('postgres-trunkline') },
    rewind: { user: 'rewinder', password: file('postgres-rewind') },
    ssh: ssh(secrets),
    members: hostsWithRole('member').map(({ name, address }) => ({
      name,
      host: address,
      restPort: ports.patroni,
      postgresPort: ports.postgres,
      sshHostKey: secrets.hostKeys[name].publicKey,
      dataDirectory: dataDirectory(generation),
    })),
    haproxy: {
      primaryBackend: 'primary',
      replicaBackend: 'replica',
      hosts: hostsWithRole('balancer').map(({ name, address }) => ({
        name,
        host: address,
        statsUrl: `http://${address}:${ports.haproxyStats}/`,
        sshHostKey: secrets.hostKeys[name].publicKey,
      })),
    },
    vip: cluster.vip,
    probe: { host: cluster.vip, port: ports.haproxyWrite, password: file('postgres-probe') },
  };
}

/** The bot apart from the worker has a login that only reads. */
function ssh({ trunkline, reader }: LabSecrets): Record<string, unknown> {
  return {
    ...{ user: 'trunkline', privateKeyFile: trunkline.path },
    reading: { user: 'trunkline-read', privateKeyFile: reader.path },
  };
}

function idOf(all: readonly { readonly id: string; readonly name: string }[], name: string): string {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`the workspace has no ${name}`);
  return found.id;
}
