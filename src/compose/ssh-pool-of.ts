import type { ClusterConfig } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { parseHostKey } from '../hosts/host-key.ts';
import { createSshPool, type SshPool } from '../hosts/ssh-pool.ts';
import type { SshTarget } from '../hosts/ssh-target.ts';

type Ssh = NonNullable<ClusterConfig['ssh']>;
/** What one logs in with is taken whole from one place. */
const NO_LOGIN = { privateKeyFile: undefined, agent: undefined, passphrase: undefined, certificateFile: undefined };

type ProxyHost = NonNullable<ClusterConfig['haproxy']>['hosts'][number];

/**
 * The ssh connections to the hosts of a cluster; absent when it has no ssh.
 * @param readsOnly as the login that only reads, where there is one: for a process without a worker.
 */
export function sshPoolOf(
  cluster: ClusterConfig,
  { secrets, clock, readsOnly }: { readonly secrets: Secrets; readonly clock: Clock; readonly readsOnly: boolean },
): SshPool | undefined {
  const reader = readsOnly ? cluster.ssh?.reading : undefined;
  const ssh = cluster.ssh && { ...cluster.ssh, ...(reader ? { ...NO_LOGIN, ...reader } : {}) };
  if (!ssh) return undefined;
  const { jump } = ssh;
  const shared = sharedBy(ssh);
  const through = jump && {
    ...shared,
    ...(hasOwnLogin(jump) ? loginOf(jump, secrets) : loginOf(ssh, secrets)),
    ...{ name: jump.host, host: jump.host, port: jump.port, user: jump.user ?? ssh.user, hostKey: keyOf(jump) },
  };
  const hosts = [...cluster.members, ...proxyHostsWithSsh(cluster), ...cluster.pgbouncers].map(
    (one): SshTarget => ({
      ...shared,
      ...loginOf(ssh, secrets),
      ...{
        name: one.name,
        host: one.host,
        port: one.sshPort ?? ssh.port,
        user: reader?.user ?? one.sshUser ?? ssh.user,
        hostKey: keyOf(one),
      },
      jump: through,
    }),
  );
  return createSshPool({ hosts, clock });
}

/** The hosts of HAProxy that are reached by ssh: those with a host key, or all where a known_hosts file has the keys. */
export function proxyHostsWithSsh({ haproxy, ssh }: ClusterConfig): readonly ProxyHost[] {
  return (haproxy?.hosts ?? []).filter(({ sshHostKey }) => sshHostKey !== undefined || ssh?.knownHostsFile !== undefined);
}

function sharedBy({ knownHostsFile, connectTimeout, idleTimeout, keepalive, maxSessions }: Ssh) {
  return {
    knownHostsFile,
    limits: { connectMs: connectTimeout, idleMs: idleTimeout, keepaliveMs: keepalive, sessions: maxSessions },
  };
}

type Login = Pick<Ssh, 'privateKeyFile' | 'agent' | 'passphrase' | 'certificateFile'>;

function hasOwnLogin({ privateKeyFile, agent }: Login): boolean {
  return privateKeyFile !== undefined || agent !== undefined;
}

function loginOf({ privateKeyFile, agent, passphrase, certificateFile }: Login, secrets: Secrets) {
  return {
    privateKeyFile,
    certificateFile,
    agentSocket: agent?.startsWith('env:') ? secrets.reveal(agent) : agent,
    passphrase: passphrase === undefined ? undefined : secrets.reveal(passphrase),
  };
}

function keyOf({ sshHostKey }: { readonly sshHostKey?: string | undefined }) {
  return sshHostKey === undefined ? undefined : parseHostKey(sshHostKey);
}
