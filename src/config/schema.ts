import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import { RISKS } from '../core/plan.ts';
import { ROLES } from '../core/person.ts';
import { bytes, duration, hostKey, secret } from './fields.ts';

const Host = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]*$/, 'a host is a name or an address');
const Port = z.number().int().min(1).max(65_535);
const Id = (prefix: string, what: string) =>
  z.string().regex(new RegExp(`^[${prefix}][A-Z0-9]{5,}$`), `${what} is an id such as ${prefix[0]}0123ABCD, never a name`);

const Tls = z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() });

/** Where Slack is and how its messages arrive. */
const Slack = z.strictObject({
  mode: z.enum(['socket', 'http']).default('socket'),
  botToken: secret(),
  /** Socket Mode only. */
  appToken: secret().optional(),
  /** HTTP only. */
  signingSecret: secret().optional(),
  /** HTTP only: where the bot listens for Slack, behind what ends TLS. */
  host: Host.default('127.0.0.1'),
  port: Port.default(3000),
  command: z
    .string()
    .regex(/^\/[a-z][a-z0-9_-]*$/)
    .default('/pg'),
  teamId: Id('TE', 'a workspace'),
  /** Another Slack-compatible server, for a trial or a test. */
  apiUrl: z.url().optional(),
  connections: z.number().int().min(1).max(10).default(2),
});

const Redis = z.strictObject({
  host: Host,
  port: Port.default(6379),
  username: z.string().optional(),
  password: secret().optional(),
  tls: z.boolean().default(false),
  db: z.number().int().min(0).default(0),
  prefix: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('trunkline'),
  /** Waives `appendfsync always`; for a trial only. */
  demo: z.boolean().default(false),
});

const Grant = z.strictObject({
  users: z.array(Id('UW', 'a person')).default([]),
  groups: z.array(Id('S', 'a user group')).default([]),
});

/** Who holds a role, in which environments (all when absent). */
const People = z.array(
  z.strictObject({
    role: z.enum(ROLES),
    environments: z.array(z.string()).optional(),
    clusters: z.array(ClusterName).optional(),
    ...Grant.shape,
  }),
);

/** The first rule that fits a plan's risk and environment decides; none fits: refused. */
const Policies = z.array(
  z.strictObject({
    risk: z.array(z.enum(RISKS)).min(1),
    environments: z.array(z.string()).optional(),
    /** Approvals by other people. */
    approvals: z.number().int().min(0).max(5),
    reasonRequired: z.boolean().default(false),
    expiresIn: duration().prefault('15m'),
    startWithin: duration().prefault('5m'),
  }),
);

const limit = {
  maxReplayLag: bytes(),
  maxReplayLagTime: duration(),
  longTransaction: duration(),
  minSinceLeaderChange: duration(),
  maxReadyWalFiles: z.number().int().min(0),
  minFreeDiskPercent: z.number().min(0).max(100),
  slotRetainedWarn: bytes(),
  maxPreparedTransaction: duration(),
};

/** Thresholds of the checks, each with its default. */
const Limits = z.strictObject({
  maxReplayLag: limit.maxReplayLag.prefault('10MiB'),
  maxReplayLagTime: limit.maxReplayLagTime.prefault('10s'),
  longTransaction: limit.longTransaction.prefault('15s'),
  minSinceLeaderChange: limit.minSinceLeaderChange.prefault('1h'),
  maxReadyWalFiles: limit.maxReadyWalFiles.prefault(20),
  minFreeDiskPercent: limit.minFreeDiskPercent.prefault(10),
  slotRetainedWarn: limit.slotRetainedWarn.prefault('1GiB'),
  maxPreparedTransaction: limit.maxPreparedTransaction.prefault('1m'),
});

const Ssh = z.strictObject({
  user: z.string().regex(/^[a-z_][a-z0-9_-]*$/),
  port: Port.default(22),
  privateKeyFile: z.string(),
});

const Member = z.strictObject({
  name: MemberName,
  host: Host,
  site: z.string().optional(),
  restPort: Port.default(8008),
  postgresPort: Port.default(5432),
  /** The host's public key as in known_hosts: `ssh-ed25519 AAAA...`. */
  sshHostKey: hostKey(),
  dataDirectory: z.string().startsWith('/'),
});

const ProxyHost = z.strictObject({
  name: MemberName,
  host: Host,
  /** The statistics page; `;csv` is added. */
  statsUrl: z.url(),
  sshHostKey: Member.shape.sshHostKey.optional(),
});

/** The write probe: opt-in; a database of its own, one row, through the address that applications write to. */
const Probe = z.strictObject({
  host: Host,
  port: Port,
  database: z.string().default('trunkline_probe'),
  user: z.string().default('trunkline_probe'),
  password: secret(),
  tls: Tls.optional(),
});

const Login = z.strictObject({
  user: z.string(),
  password: secret().optional(),
  database: z.string().default('postgres'),
  tls: Tls.optional(),
});

const Cluster = z.strictObject({
  name: ClusterName,
  environment: z.string().regex(/^[a-z][a-z0-9-]*$/),
  mode: z.enum(['patroni', 'streaming']).default('patroni'),
  /** Patroni's scope; the cluster's name when absent. */
  scope: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/)
    .optional(),
  namespace: z
    .string()
    .regex(/^\/[A-Za-z0-9_./-]*$/)
    .default('/service/'),
  /** A name under `etcds`. */
  etcd: z.string().optional(),
  members: z.array(Member).min(1),
  /** Basic auth of Patroni's REST API for what changes something. */
  patroni: z.strictObject({ username: z.string().optional(), password: secret().optional(), tls: Tls.optional() }).default({}),
  /** Read-only login (pg_monitor). */
  postgres: Login,
  ssh: Ssh.optional(),
  haproxy: z
    .strictObject({ hosts: z.array(ProxyHost).min(1), primaryBackend: z.string(), replicaBackend: z.string().optional() })
    .optional(),
  vip: z.string().optional(),
  probe: Probe.optional(),
  limits: z.strictObject(limit).partial().optional(),
});

const Etcd = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  endpoints: z.array(z.url()).min(1),
  username: z.string().optional(),
  password: secret().optional(),
  tls: Tls.optional(),
});

/** The whole file. Unknown keys are errors everywhere. */
export const ConfigSchema = z.strictObject({
  slack: Slack,
  redis: Redis,
  channels: z.strictObject({ ops: Id('CG', 'a channel'), alerts: Id('CG', 'a channel'), audit: Id('CG', 'a channel') }),
  people: People,
  policies: Policies,
  limits: Limits.prefault({}),
  etcds: z.array(Etcd).default([]),
  clusters: z.array(Cluster).min(1),
  /** `/healthz`, `/readyz`, `/metrics`. */
  http: z.strictObject({ host: Host.default('127.0.0.1'), port: Port.default(9187) }).prefault({}),
  log: z.strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});

export type Config = z.output<typeof ConfigSchema>;
export type ClusterConfig = Config['clusters'][number];
export type EtcdConfig = Config['etcds'][number];
