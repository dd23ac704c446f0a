import type { Archiver, Slot } from '../core/cluster.ts';
import type { Part, Text } from '../core/message.ts';
import { formatBytes } from '../core/units.ts';
import { isFailing } from './archiver-findings.ts';
import type { Facts } from './facts.ts';

/** Slots and archiver of the primary, by SQL. */
export function primaryDetails({ primarySql, snapshot }: Facts): readonly Part[] {
  if (!primarySql) return [fact('not read: no single primary answered by SQL')];
  const { sql, source, name } = primarySql;
  const others = sql.standbys.filter((standby) => snapshot.members.every((member) => member.name !== standby.name));
  return [
    ...(sql.slots.length === 0
      ? [fact(`${name} has no slots (${source})`)]
      : sql.slots.map((slot) => fact(`${slotWords(slot)} (${source})`))),
    fact([...archiverWords(sql.archiver), ` (${source})`]),
    ...others.map(({ name: client, state }) => fact(`other WAL receiver: ${client}, ${state} (${source})`)),
  ];
}

/** `slot pg1: physical, active, keeps 0 B of WAL, reserved`. */
export function slotWords({ name, kind, active, retainedBytes, walStatus, safeWalBytes }: Slot): string {
  return [
    `slot ${name}: ${kind}`,
    active ? 'active' : 'inactive',
    ...(retainedBytes === undefined ? [] : [`keeps ${formatBytes(Math.max(0, retainedBytes))} of WAL`]),
    ...(walStatus ? [walStatus] : []),
    ...(safeWalBytes === undefined ? [] : [`lost after ${formatBytes(Math.max(0, safeWalBytes))} more`]),
  ].join(', ');
}

function archiverWords(archiver: Archiver | undefined): Extract<Text, readonly unknown[]> {
  if (!archiver || archiver.mode === 'off') return ['archiver: off'];
  const state = isFailing(archiver) ? 'failing' : archiver.lastArchivedAtMs === undefined ? 'nothing archived yet' : 'works';
  return [
    `archiver: mode ${archiver.mode}, ${state}, ${archiver.archivedCount} archived, ${archiver.failedCount} failed`,
    ...(archiver.lastArchivedAtMs === undefined ? [] : [', last ', { timeMs: archiver.lastArchivedAtMs }]),
  ];
}

function fact(line: Text): Part {
  return { line, indent: 1 };
}
