import type { ClusterConfig, Config } from './schema.ts';

interface Found {
  readonly keys: readonly (string | number)[];
  readonly reason: string;
  readonly hint: string;
}

type Keys = readonly (string | number)[];
type Login = Pick<NonNullable<ClusterConfig['ssh']>, 'privateKeyFile' | 'agent' | 'passphrase' | 'certificateFile'>;

/** What is missing or contradicts itself in how hosts are reached. */
export function crossCheckSsh({ clusters }: Config): readonly Found[] {
  return clusters.flatMap((cluster, c) => {
    const { ssh } = cluster;
    if (!ssh) return poolersNeedSsh(cluster, c);
    const at = ['clusters', c, 'ssh'];
    const { jump } = ssh;
    const jumpHasOwn = jump && (jump.privateKeyFile ?? jump.agent ?? jump.passphrase ?? jump.certificateFile) !== undefined;
    const { reading } = ssh;
    return [
      ...login(ssh, at),
      ...(reading ? [...login(reading, [...at, 'reading']), ...sameUser(cluster, at)] : []),
      ...(jumpHasOwn ? login(jump, [...at, 'jump']) : []),
      ...hostKeys(cluster, c),
    ];
  });
}

function login({ privateKeyFile, agent, passphrase, certificateFile }: Login, at: Keys): readonly Found[] {
  const found: Found[] = [];
  if (privateKeyFile === undefined && agent === undefined)
    found.push({
      keys: [...at, 'privateKeyFile'],
      reason: certificateFile === undefined ? 'ssh needs a key' : 'a certificate needs its key',
      hint: 'Add privateKeyFile, or agent: env:SSH_AUTH_SOCK.',
    });
  if (privateKeyFile !== undefined && agent !== undefined)
    found.push({ keys: [...at, 'agent'], reason: 'there are a private key and an agent', hint: 'Keep one of the two.' });
  if (passphrase !== undefined && privateKeyFile === undefined)
    found.push({
      keys: [...at, 'passphrase'],
      reason: 'a passphrase opens a private key, and none is given',
      hint: 'Add privateKeyFile; what an agent holds is open already.',
    });
  return found;
}

/** sudo tells people apart by their user alone. */
function sameUser({ ssh, members, pgbouncers, haproxy, backups }: ClusterConfig, at: Keys): readonly Found[] {
  const { reading } = ssh ?? {};
  const hosts = [...members, ...pgbouncers, ...(haproxy?.hosts ?? []), ...(backups?.host ? [backups.host] : [])];
  if (!reading || ![ssh?.user, ...hosts.map(({ sshUser }) => sshUser)].includes(reading.user)) return [];
  return [
    {
      keys: [...at, 'reading', 'user'],
      reason: 'the user who only reads is the one who changes',
      hint: 'Give the reading login a user of its own on the hosts, so that sudo grants it less.',
    },
  ];
}

/** The timer that resumes a PgBouncer is armed on its host. */
function poolersNeedSsh({ pgbouncers }: ClusterConfig, c: number): readonly Found[] {
  if (pgbouncers.length === 0) return [];
  const hint = 'Add ssh to the cluster, or take its pgbouncers away.';
  return [{ keys: ['clusters', c, 'pgbouncers'], reason: 'PgBouncers are paused over ssh, and the cluster has none', hint }];
}

/** Nobody is trusted at first sight, so each host that is reached has its key written down somewhere. */
function hostKeys({ ssh, members, pgbouncers }: ClusterConfig, c: number): readonly Found[] {
  if (!ssh || ssh.knownHostsFile !== undefined) return [];
  const hint = "Copy it from the host's /etc/ssh/ssh_host_ed25519_key.pub, or name a known_hosts file as ssh.knownHostsFile.";
  const hosts = [
    ...members.map((one, m) => ({ ...one, keys: ['clusters', c, 'members', m, 'sshHostKey'] })),
    ...pgbouncers.map((one, p) => ({ ...one, keys: ['clusters', c, 'pgbouncers', p, 'sshHostKey'] })),
  ];
  const found = hosts.flatMap(({ name, sshHostKey, keys }) =>
    sshHostKey === undefined ? [{ keys, reason: `the host key of ${name} is missing`, hint }] : [],
  );
  if (!ssh.jump || ssh.jump.sshHostKey !== undefined) return found;
  return [
    ...found,
    { keys: ['clusters', c, 'ssh', 'jump', 'sshHostKey'], reason: 'the host key of the jump host is missing', hint },
  ];
}
