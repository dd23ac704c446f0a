import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import { ClientCertificate, Host, Port, Tls, TlsMaterial } from './address-fields.ts';
import { AlertSituationsSchema } from './alert-situations-schema.ts';
import { BackupsSchema } from './backups-schema.ts';
import { hostKey, secret } from './fields.ts';
import { limit } from './limits-schema.ts';
import { PgBouncerSchema } from './pgbouncer-schema.ts';
import { SshSchema, sshOverrides } from './ssh-schema.ts';

/** What stands in a command on the host and in sudoers: no blanks, nothing that a shell or sudo reads in its own way. */
const Path = z.string().regex(/^(\/[A-Za-z0-9._-]+)+$/, 'a path is absolute, of letters, digits, dots, dashes and underscores');
const Unit = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9@._-]*\.service$/, 'a unit is named like postgresql@17-main.service');

const Member = z.strictObject({
  name: MemberName,
  host: Host,
  site: z.string().optional(),
  restPort: Port.default(8008),
  postgresPort: Port.default(5432),
  /** The host's public key as in known_hosts: `ssh-ed25519 AAAA...`, unless `ssh.knownHostsFile` has it. */
  sshHostKey: hostKey().optional(),
  ...sshOverrides,
  dataDirectory: Path,
  /** Where the WAL lies when it has a place of its own (pg_basebackup --waldir). */
  walDirectory: Path.optional(),
  /** Where pg_ctl and pg_rewind are; Debian's folder of the data directory's version when absent. */
  binDirectory: Path.optional(),
  /** The unit that runs PostgreSQL without Patroni; `postgresql@VERSION-NAME.service` of Debian when absent. */
  postgresUnit: Unit.optional(),
  patroniUnit: Unit.optional(),
});

const Named = z.strictObject({ username: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/), password: secret() });

/** The roles that a new member's patroni.yml names; needed by a bootstrap alone, so only where the worker has to make members. */
const Joins = z.strictObject({ superuser: Named, replication: Named, rewind: Named.optional() });

const ProxyHost = z.strictObject({
  name: MemberName,
  host: Host,
  /** The statistics page; `;csv` is added. */
  statsUrl: z.url(),
  /** Its runtime socket, level admin: it is told at once who leads. */
  socket: Path.optional(),
  sshHostKey: hostKey().optional(),
  ...sshOverrides,
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

/** As it stands in a connection string on a command line. */
const RoleName = z.string().regex(/^[A-Za-z0-9_]{1,63}$/, 'a role is letters, digits and underscores');

const Login = z.strictObject({
  user: z.string(),
  password: secret().optional(),
  database: z.string().default('postgres'),
  tls: Tls.optional(),
});

/** One PostgreSQL cluster: where it is and how it is read. */
export const ClusterSchema = z.strictObject({
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
  patroni: z
    .strictObject({
      username: z.string().optional(),
      password: secret().optional(),
      /** Its REST API is https. `cert` and `key` are shown with reads too, where its `verify_client` is `required`. */
      tls: TlsMaterial.optional(),
      /** Shown with changes, where its `verify_client` is `optional` or `required`; the worker alone reads it. */
      changes: ClientCertificate.optional(),
      /** Patroni's own file on every member: its tags are set there to drain one. In /etc/patroni, or /etc/patroni.yml. */
      configFile: z
        .string()
        .regex(/^\/etc\/patroni(\/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?\.ya?ml$/, 'a file such as /etc/patroni/config.yml')
        .default('/etc/patroni/config.yml'),
      joins: Joins.optional(),
    })
    .prefault({}),
  /** Read-only login (pg_monitor). */
  postgres: Login,
  /**
   * The role that pg_rewind logs in as on the server it rewinds from (pg_rewind(1), Notes; Patroni's `authentication.rewind`). Only a
   * worker uses it: it reaches the node in a file that postgres alone reads, for as long as pg_rewind runs.
   */
  rewind: z.strictObject({ user: RoleName, password: secret() }).optional(),
  ssh: SshSchema.optional(),
  backups: BackupsSchema.optional(),
  haproxy: z
    .strictObject({ hosts: z.array(ProxyHost).min(1), primaryBackend: z.string(), replicaBackend: z.string().optional() })
    .optional(),
  pgbouncers: z.array(PgBouncerSchema).default([]),
  vip: z.string().optional(),
  probe: Probe.optional(),
  limits: z.strictObject(limit).partial().optional(),
  /** In the place of those for all clusters, situation by situation. */
  alerts: z.strictObject({ situations: AlertSituationsSchema.prefault({}) }).prefault({}),
});
