import type { DiskSpace, MemberReadings, PatroniMember, SqlMember } from '../core/cluster.ts';
import { formatLsn } from '../core/lsn.ts';
import type { Part, Text } from '../core/message.ts';
import { formatBytes } from '../core/units.ts';
import { freePercent } from './disk-findings.ts';
import type { Facts } from './facts.ts';
import { tagsOf } from './may-not-lead.ts';

/** Versions, start, positions, tags and disk of one member, each with its source. */
export function memberDetails(member: MemberReadings, facts: Facts): readonly Part[] {
  const { sql, patroni, disk, host, site } = member;
  return [
    fact(`host ${host}${site ? `, site ${site}` : ''} (configuration)`),
    ...(sql.ok ? sqlLines(sql.value, sql.source) : [fact(`SQL not read: ${sql.why}`)]),
    ...(facts.patroni ? (patroni.ok ? restLines(patroni.value, patroni.source) : [fact(`REST not read: ${patroni.why}`)]) : []),
    ...tagLines(member, facts),
    disk.ok ? fact(`free: ${diskWords(disk.value)} (${disk.source})`) : fact(`free disk not read: ${disk.why}`),
  ];
}

function sqlLines(sql: SqlMember, source: string): readonly Part[] {
  const positions = sql.inRecovery
    ? [`received up to ${lsn(sql.receiveLsn)}`, `replayed up to ${lsn(sql.replayLsn)}`]
    : [`writes at ${lsn(sql.writeLsn)}`];
  const receiver = sql.walReceiver;
  return [
    fact([`PostgreSQL ${versionWords(sql.versionNum)}, started `, { timeMs: sql.postmasterStartedAtMs }, ` (${source})`]),
    fact(`${positions.join(', ')}, timeline ${sql.timeline}, system identifier ${sql.systemId} (${source})`),
    ...(receiver
      ? [
          fact(
            `WAL receiver ${receiver.status}${receiver.senderHost ? ` from ${receiver.senderHost}` : ''}${receiver.slot ? `, slot ${receiver.slot}` : ''} (${source})`,
          ),
        ]
      : []),
    ...(sql.synchronousStandbyNames ? [fact(`synchronous_standby_names = ${sql.synchronousStandbyNames} (${source})`)] : []),
  ];
}

function restLines(rest: PatroniMember, source: string): readonly Part[] {
  return [
    fact(
      `Patroni ${rest.patroniVersion}: ${rest.role}, ${rest.state}${rest.replicationState ? `, ${rest.replicationState}` : ''} (${source})`,
    ),
  ];
}

function tagLines(member: MemberReadings, { dcs }: Facts): readonly Part[] {
  const tags = Object.entries(tagsOf(member, dcs)).map(([key, value]) => `${key} = ${String(value)}`);
  if (tags.length === 0) return [];
  return [fact(`tags: ${tags.join(', ')} (${member.patroni.ok ? member.patroni.source : 'member key in etcd'})`)];
}

function diskWords({ data, wal }: { readonly data: DiskSpace; readonly wal?: DiskSpace }): string {
  if (!wal) return `data and WAL ${spaceWords(data)}`;
  return `data ${spaceWords(data)}, WAL ${spaceWords(wal)}`;
}

function spaceWords(space: DiskSpace): string {
  return `${formatBytes(space.freeBytes)} of ${formatBytes(space.sizeBytes)} (${freePercent(space)} %) on ${space.mount}`;
}

/** `server_version_num` in words: 150018 is 15.18 (PostgreSQL 10 and later). */
export function versionWords(versionNum: number): string {
  return `${Math.floor(versionNum / 10_000)}.${versionNum % 10_000}`;
}

function lsn(position: number | undefined): string {
  return position === undefined ? 'nowhere known' : formatLsn(position);
}

function fact(line: Text): Part {
  return { line, indent: 1 };
}
