import { z } from 'zod';
import type { EtcdAccess } from '../core/etcd-access.ts';
import { asPostgres } from './as-postgres.ts';
import { grantOf, reading } from './grant-of.ts';
import { oneWord } from './one-word.ts';
import { shWords } from './sh-words.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';
import type { SshPool } from './ssh-pool.ts';
import { PATRONI_CONFIG } from './standby-places.ts';

/**
 * What Patroni's etcd3 section says of the way, not of whom: the protocol is that of `url` where it is not named (patroni docs, yaml_configuration.rst, Etcdv3); PyYAML is there where Patroni is.
 * Its complaints are not told, as they may repeat a line of the file, which holds passwords.
 */
const settings = (keys: string) =>
  oneWord(
    `cd /; [ -r ${PATRONI_CONFIG} ] || { echo "${PATRONI_CONFIG} is not there, or postgres may not read it" >&2; exit 3; }; exec 2>/dev/null; exec /usr/bin/python3 -I -c 'import json,yaml; c=yaml.safe_load(open("${PATRONI_CONFIG}")); e=c.get("etcd3") or {}; p=e.get("protocol") or str(e.get("url") or "http").split(":")[0]; print(json.dumps({"sections":[k for k in ("etcd3","etcd","consul","zookeeper","exhibitor","kubernetes","raft") if k in c],"etcd3":dict({k:str(e[k]) for k in (${keys}) if e.get(k) is not None},protocol=p),"hasPassword":e.get("password") is not None}))'`,
  );
const OPEN = '"cacert","cert","key","username"';
const WITHOUT_PASSWORD = shWords(settings(OPEN));
const WHOLE = shWords(settings(`${OPEN},"password"`));

/** Prints JSON with the password, which goes to another member's patroni.yml and nowhere else. */
export const wholeEtcdSettings = (): RemoteCommand => asPostgres('read etcd settings', WHOLE);

const Answer = z.object({
  sections: z.array(z.string()),
  etcd3: z.object({
    protocol: z.string().exactOptional(),
    cacert: z.string().exactOptional(),
    cert: z.string().exactOptional(),
    key: z.string().exactOptional(),
    username: z.string().exactOptional(),
  }),
  hasPassword: z.boolean(),
});

/** @throws TrunklineError when the host does not answer or has no such file; ZodError for another answer. */
export async function readEtcdAccess(ssh: SshPool, host: string, timeoutMs: number): Promise<EtcdAccess> {
  const command = asPostgres('etcd settings', WITHOUT_PASSWORD);
  const { stdout } = await ssh.mustRun(host, command, { timeoutMs, mayRepeat: true });
  const { etcd3, ...rest } = Answer.parse(JSON.parse(stdout));
  return { ...rest, ...etcd3 };
}

/** What sudo must allow for them. */
export const etcdSettingsGrants = (): readonly RemoteGrant[] => [
  reading(grantOf('postgres', WITHOUT_PASSWORD, 'See how Patroni of this member speaks to etcd, for a member that joins')),
  grantOf('postgres', WHOLE, 'The same with its password, which is written to that member alone'),
];
