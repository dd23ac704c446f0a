import { trunklineRolesSql } from '../src/stack/trunkline-roles-sql.ts';
import { scramVerifier } from '../src/stack/scram-verifier.ts';
import { findLeader, psql } from './health.ts';
import { onConsole } from './host.ts';
import { cluster, type HostName } from './inventory.ts';
import type { LabSecrets } from './secrets.ts';

/** Makes Trunkline's roles and the probe's database on the leader, and the backup stanza. Harmless when they are there. */
export async function prepareDatabase(secrets: LabSecrets): Promise<void> {
  const leader = await findLeader();
  if (leader === undefined) throw new Error('the cluster has no primary to make the roles on');
  await makeTrunklineRoles(leader, secrets);
  const stanza = ['/usr/bin/pgbackrest', `--stanza=${cluster.stanza}`, 'stanza-create'];
  const made = await onConsole(leader, ['/usr/sbin/runuser', '-u', 'postgres', '--', ...stanza], { timeoutMs: 60_000 });
  if (made.code !== 0) throw new Error(`pgbackrest stanza-create on ${leader} failed: ${`${made.stdout}${made.stderr}`.trim()}`);
}

/** Trunkline's roles and the probe's database on a primary. Harmless when they are there. */
export async function makeTrunklineRoles(primary: HostName, { passwords }: LabSecrets): Promise<void> {
  const sql = trunklineRolesSql({
    reader: scramVerifier(passwords.trunkline, Buffer.from(passwords.trunklineSalt, 'base64')),
    probe: scramVerifier(passwords.probe, Buffer.from(passwords.probeSalt, 'base64')),
    probeDatabase: cluster.probeDatabase,
  });
  await psql(primary, sql.roles);
  await psql(primary, sql.database);
  await psql(primary, sql.table, cluster.probeDatabase);
}
