import type { Clock } from '../core/clock.ts';
import type { ClusterInfo, MemberReadings } from '../core/cluster.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import type { IdentifiedSystem, ReplicationLogin } from '../core/upstream.ts';
import { bounded, notRead } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/** Patroni, SQL and disk of one member, asked at once. */
export async function readMember(
  parts: ClusterParts,
  { name, host, site }: ClusterInfo['members'][number],
  clock: Clock,
): Promise<MemberReadings> {
  const { patroni, sql: postgres, hosts } = parts;
  const absent = (source: string, why: string) => async () => notRead(clock, source, why);
  const [rest, sql, disk] = await Promise.all([
    bounded(
      clock,
      `Patroni on ${name}`,
      patroni ? () => patroni.member(name) : absent(`Patroni on ${name}`, 'this cluster has no Patroni'),
    ),
    bounded(clock, `SQL on ${name}`, () => postgres.member(name)),
    bounded(clock, `df on ${name}`, hosts ? () => hosts.disk(name) : absent(`df on ${name}`, 'no ssh is configured')),
  ]);
  return { name, host, ...(site === undefined ? {} : { site }), patroni: rest, sql, disk };
}

/** Services, process and control file of one member's PostgreSQL. */
export async function readMemberServer({ hosts }: ClusterParts, member: string, clock: Clock): Promise<Reading<Server>> {
  const source = `systemd and pg_controldata on ${member}`;
  return bounded(clock, source, async () => hosts?.server(member) ?? notRead(clock, source, 'no ssh is configured'));
}

/** Whether a member's host may log in to another member for replication. */
export async function readMemberLogin(
  { hosts }: ClusterParts,
  login: ReplicationLogin,
  clock: Clock,
): Promise<Reading<IdentifiedSystem>> {
  const source = `IDENTIFY_SYSTEM of ${login.to} from ${login.from}`;
  return bounded(clock, source, async () => hosts?.replicationLogin(login) ?? notRead(clock, source, 'no ssh is configured'));
}
