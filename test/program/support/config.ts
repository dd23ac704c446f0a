import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKey } from '../../support/new-key.ts';
import { stringify } from 'yaml';
import type { Seed } from '../../../lab/slack/seed.ts';
import type { Env } from './program.ts';

/** A public key of nobody, for members that no test logs in to. */
const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJmXhXUfbBqGyoG2mRkJ3vCkQ0n2yZQ0aGk1m0C5x7yQ';
/** Nobody listens on these ports of the loopback, so that a connection is refused at once. */
const SHUT = { restPort: 1, postgresPort: 2, ssh: 3, etcd: 4 };

export type Tree = Record<string, unknown>;

export interface ConfigParts {
  readonly seed: Seed;
  readonly slackApiUrl: string;
  readonly redisPort: number;
  readonly healthPort: number;
  readonly privateKeyFile: string;
  readonly etcds?: readonly string[];
  /** Merged over the top-level keys. */
  readonly change?: Tree;
  /** Of the only cluster. */
  readonly cluster?: Tree;
}

/** A configuration with one Patroni cluster whose members do not answer, its secrets in the environment; `change` is merged over it. */
export function configOf({
  seed,
  slackApiUrl,
  redisPort,
  healthPort,
  privateKeyFile,
  etcds,
  change = {},
  cluster = {},
}: ConfigParts): Tree {
  return {
    slack: {
      botToken: 'env:SLACK_BOT_TOKEN',
      appToken: 'env:SLACK_APP_TOKEN',
      signingSecret: 'env:SLACK_SIGNING_SECRET',
      teamId: seed.team.id,
      apiUrl: slackApiUrl,
    },
    redis: { host: '127.0.0.1', port: redisPort },
    channels: { ops: 'C0DBOPS', alerts: 'C0DBALERTS', audit: 'C0DBAUDIT' },
    people: [
      { role: 'viewer', groups: ['S0DBVIEWERS'] },
      { role: 'operator', groups: ['S0DBOPERATORS'] },
      { role: 'approver', groups: ['S0DBAPPROVERS'] },
    ],
    policies: [
      { risk: ['reads', 'interrupts-nothing'], approvals: 0 },
      { risk: ['interrupts-writes', 'can-lose-data'], approvals: 1 },
    ],
    limits: { minSinceLeaderChange: '0s' },
    etcds: [{ name: 'main', endpoints: etcds ?? [`http://127.0.0.1:${SHUT.etcd}`] }],
    clusters: [
      {
        name: 'billing',
        environment: 'production',
        etcd: 'main',
        patroni: { username: 'trunkline', password: 'env:PATRONI_PASSWORD' },
        postgres: { user: 'trunkline', password: 'env:PG_PASSWORD' },
        ssh: { user: 'trunkline', port: SHUT.ssh, privateKeyFile },
        members: ['pg1', 'pg2'].map((name) => memberOf(name)),
        ...cluster,
      },
    ],
    http: { host: '127.0.0.1', port: healthPort },
    ...change,
  };
}

export function memberOf(name: string, rest: Tree = {}): Tree {
  const { restPort, postgresPort } = SHUT;
  const dataDirectory = '/var/lib/postgresql/15/main';
  return { name, host: '127.0.0.1', restPort, postgresPort, sshHostKey: HOST_KEY, dataDirectory, ...rest };
}

/** What the configuration's secrets refer to, each recognisable in an output. */
export function secretsOf({ app }: Seed): Env {
  return {
    SLACK_BOT_TOKEN: app.botToken,
    SLACK_APP_TOKEN: app.appToken,
    SLACK_SIGNING_SECRET: app.signingSecret,
    PATRONI_PASSWORD: 'hush-patroni-4711',
    PG_PASSWORD: 'hush-postgres-4712',
    REDIS_PASSWORD: 'hush-redis-4713',
  };
}

/** The secrets that a text gives away, by name. */
export function leaksIn(text: string, secrets: Env): readonly string[] {
  return Object.entries(secrets).flatMap(([name, value]) => (text.includes(value) ? [name] : []));
}

/** A folder for the files of one test file. */
export function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-program-'));
  return {
    /** A private key that no host knows. */
    privateKeyFile() {
      const path = join(folder, 'id_ed25519');
      writeFileSync(path, newKey().private, { mode: 0o600 });
      return path;
    },
    write(name: string, content: Tree | string): string {
      const path = join(folder, name);
      writeFileSync(path, typeof content === 'string' ? content : stringify(content), { mode: 0o600 });
      return path;
    },
    path: (name: string) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
