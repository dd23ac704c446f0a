import { z } from 'zod';
import { Host, Port } from './address-fields.ts';
import { duration, hostKey, secret } from './fields.ts';

const User = z.string().regex(/^[a-z_][a-z0-9_-]*$/);

/** What one logs in with: a key in a file or an agent, and a certificate for either. */
const login = {
  privateKeyFile: z.string().optional(),
  /** The socket of an ssh-agent, a path or `env:SSH_AUTH_SOCK`. */
  agent: z
    .string()
    .regex(/^(env:[A-Z_][A-Z0-9_]*|\/.+)$/, "an agent is the path of its socket, or 'env:SSH_AUTH_SOCK'")
    .optional(),
  /** Opens the private key. */
  passphrase: secret().optional(),
  /** An OpenSSH user certificate, `id_ed25519-cert.pub`. */
  certificateFile: z.string().optional(),
};

/** The host that the hosts of a cluster are reached through. What it lacks is as for the hosts. */
const Jump = z.strictObject({
  host: Host,
  port: Port.default(22),
  user: User.optional(),
  /** Its public key, unless `knownHostsFile` has it. */
  sshHostKey: hostKey().optional(),
  ...login,
});

/** The login of a bot that runs apart from the worker: a user who may read, and for whom sudo grants nothing else. */
const Reading = z.strictObject({ user: User, ...login });

const span = (least: number, most: number, words: string) => duration().refine((ms) => ms >= least && ms <= most, words);

/** How the hosts of a cluster are reached. */
export const SshSchema = z.strictObject({
  user: User,
  port: Port.default(22),
  ...login,
  /** A known_hosts file (sshd(8)) for hosts without `sshHostKey`; what it revokes is refused even then. */
  knownHostsFile: z.string().optional(),
  jump: Jump.optional(),
  reading: Reading.optional(),
  /** The first packet to the end of the login. */
  connectTimeout: span(100, 60_000, 'between 100ms and 1m').prefault('3s'),
  /** A connection that nobody uses is closed after so long. */
  idleTimeout: span(10_000, 86_400_000, 'between 10s and 1d').prefault('10m'),
  /** How often a connection is asked whether it still lives; two unanswered ones end it. */
  keepalive: span(1000, 300_000, 'between 1s and 5m').prefault('5s'),
  /** Commands at once over one connection; sshd's MaxSessions, 10 by default, must not be less. */
  maxSessions: z.number().int().min(1).max(64).default(8),
});

/** Where a single host differs. */
export const sshOverrides = { sshPort: Port.optional(), sshUser: User.optional() };
