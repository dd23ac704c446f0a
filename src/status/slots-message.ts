import type { Dcs } from '../core/cluster.ts';
import type { Debt } from '../core/debt.ts';
import type { Message, Part, Sign } from '../core/message.ts';
import { known, type Reading } from '../core/reading.ts';
import { memberSlotName, type SlotDetail } from '../core/slot-detail.ts';
import { formatBytes, formatDuration } from '../core/units.ts';

export interface SlotsRead {
  readonly cluster: string;
  readonly members: readonly {
    readonly name: string;
    readonly isPrimary: boolean;
    /** Names of the standbys that stream from it. */
    readonly feeds: readonly string[];
    readonly slots: Reading<readonly SlotDetail[]>;
  }[];
  /** Absent in a cluster without Patroni. */
  readonly dcs?: Reading<Dcs>;
  readonly debts: readonly Debt[];
  readonly warnBytes: number;
}

interface Judged {
  readonly sign: Sign;
  readonly problem?: string;
}

/** The answer to `slots`: every slot of every member, whose it is, who uses it, what it keeps, and a sentence for each problem. */
export function slotsMessage(read: SlotsRead): Message {
  const { cluster, members } = read;
  const all = members.flatMap(({ slots }) => known(slots) ?? []);
  const judged = members.flatMap((member) => (known(member.slots) ?? []).map((slot) => judge(slot, member, read)));
  const problems = judged.filter(({ problem }) => problem !== undefined).length;
  const silent = members.filter(({ slots }) => !slots.ok).length;
  const wrong = problems === 0 ? 'no problem' : problems === 1 ? '1 with a problem' : `${problems} with a problem`;
  const title = `${cluster}: ${all.length} ${all.length === 1 ? 'slot' : 'slots'}, ${wrong}${silent > 0 ? `, ${silent} members not read` : ''}`;
  const sign = judged.some((one) => one.sign === 'bad') ? 'bad' : problems > 0 ? 'warn' : silent > 0 ? 'unknown' : 'ok';
  return {
    summary: title,
    parts: [
      { title, sign },
      ...members.flatMap((member) => memberLines(member, read)),
      { note: ['Drop one that nobody needs: ', { code: `/pg slot drop ${cluster} MEMBER SLOT` }] },
    ],
  };
}

type MemberSlots = SlotsRead['members'][number];

function memberLines(member: MemberSlots, read: SlotsRead): readonly Part[] {
  const { name, isPrimary, slots } = member;
  if (!slots.ok) return [{ sign: 'unknown', line: [{ bold: name }, `: its slots cannot be read, ${slots.why}`] }];
  const role = isPrimary ? 'primary' : 'standby';
  if (slots.value.length === 0) return [{ line: [{ bold: name }, ` (${role}): no slots`] }];
  return [
    { line: [{ bold: name }, ` (${role})`] },
    ...slots.value.flatMap((slot): readonly Part[] => {
      const { sign, problem } = judge(slot, member, read);
      return [
        { sign, line: [{ bold: slot.name }, `: ${slotFacts(slot, member, read)}`], indent: 1 },
        ...(problem === undefined ? [] : [{ line: problem, indent: 1 } as const]),
      ];
    }),
  ];
}

/** `physical, Patroni's for pg2, used by pg2 (10.0.0.12), keeps 1 MiB of WAL, reserved`. */
function slotFacts(slot: SlotDetail, member: MemberSlots, read: SlotsRead): string {
  const { kind, temporary, retainedBytes, walStatus, safeWalBytes, synced, failover } = slot;
  return [
    `${temporary ? 'temporary ' : ''}${kind}${kind === 'logical' ? ` (${slot.plugin ?? 'no plugin'} in ${slot.database ?? 'no database'})` : ''}`,
    ...ownerWords(slot, read),
    ...fedElsewhere(slot, member, read),
    useWords(slot),
    retainedBytes === undefined ? 'keeps no WAL' : `keeps ${formatBytes(Math.max(0, retainedBytes))} of WAL`,
    walStatus,
    safeWalBytes === undefined ? undefined : `lost after ${formatBytes(Math.max(0, safeWalBytes))} more`,
    synced ? 'copied from the primary' : undefined,
    failover ? 'copied to standbys' : undefined,
    member.isPrimary && isLostWithLeader(slot, read) ? 'does not survive a change of the leader' : undefined,
  ]
    .filter((one) => one !== undefined)
    .join(', ');
}

/** A member that streams from a standby needs no slot on the primary; Patroni moves it on or drops it by itself. */
function fedElsewhere({ name, active }: SlotDetail, member: MemberSlots, { members, dcs }: SlotsRead): readonly string[] {
  if (active || !member.isPrimary || dcs === undefined) return [];
  return members.flatMap((upstream) =>
    upstream.feeds.some((fed) => memberSlotName(fed) === name && upstream !== member)
      ? [`which streams from ${upstream.name}`]
      : [],
  );
}

/** Neither Patroni nor PostgreSQL has a copy of it on the standbys. */
function isLostWithLeader({ name, kind, failover, temporary }: SlotDetail, { dcs }: SlotsRead): boolean {
  const kept = dcs !== undefined && known(dcs)?.permanentSlots?.includes(name) === true;
  return kind === 'logical' && !temporary && !failover && !kept;
}

function useWords({ active, user, inactiveMs }: SlotDetail): string {
  if (!active) return inactiveMs === undefined ? 'not used' : `not used for ${formatDuration(Math.max(0, inactiveMs))}`;
  if (!user) return 'used by somebody';
  return `used by ${user.application || user.user}${user.client ? ` (${user.client})` : ''}`;
}

function ownerWords({ name }: SlotDetail, { dcs, members, debts }: SlotsRead): readonly string[] {
  const debt = debts.find(({ release, gone }) => release.args.slot === name || gone.args.slot === name);
  const ours = debt ? [`made by run ${debt.run}`] : [];
  if (dcs === undefined) return ours;
  const owner = ownerOf(name, members, known(dcs));
  return [...ours, ...(owner === undefined ? [] : [owner])];
}

/** Whose slot it is, as Patroni names them; `undefined` for one that it does not know. */
function ownerOf(name: string, members: SlotsRead['members'], dcs: Dcs | undefined): string | undefined {
  const names = new Set([...members.map((member) => member.name), ...Object.keys(dcs?.members ?? {})]);
  const member = [...names].find((one) => memberSlotName(one) === name);
  if (member !== undefined) return `Patroni's for ${member}`;
  return dcs?.permanentSlots?.includes(name) ? "permanent in Patroni's configuration" : undefined;
}

/** A slot is near its end when this share of what max_slot_wal_keep_size allows is left. */
const LOW_SHARE = 0.2;
const OLD_XMIN = 100_000_000;

function judge(slot: SlotDetail, member: MemberSlots, read: SlotsRead): Judged {
  const { name, walStatus, active, retainedBytes = 0, safeWalBytes, xminAge = 0 } = slot;
  const kept = formatBytes(Math.max(0, retainedBytes));
  if (walStatus === 'lost')
    return { sign: 'bad', problem: `${name} is lost: the WAL it needs is gone, its consumer must be built anew.` };
  if (walStatus === 'unreserved')
    return {
      sign: 'bad',
      problem: `${name} is unreserved: it is lost at one of the next checkpoints unless its consumer catches up now.`,
    };
  if (safeWalBytes !== undefined && safeWalBytes < LOW_SHARE * (retainedBytes + safeWalBytes))
    return { sign: 'warn', problem: `${name} is near max_slot_wal_keep_size: catch its consumer up, or it is lost.` };
  if (xminAge > OLD_XMIN)
    return {
      sign: 'warn',
      problem: `${name} keeps rows of the last ${Math.round(xminAge / 1_000_000)} million transactions from being vacuumed.`,
    };
  if (!active) return inactive(slot, member, read, kept);
  if (retainedBytes > read.warnBytes)
    return {
      sign: 'warn',
      problem: `${name} keeps ${kept} of WAL (limit ${formatBytes(read.warnBytes)}): its consumer is slow.`,
    };
  return { sign: 'ok' };
}

/** On a standby Patroni's slots are inactive by design: it moves them on by itself (Patroni 4.0). */
function inactive(slot: SlotDetail, member: MemberSlots, read: SlotsRead, kept: string): Judged {
  const { name, temporary, kind, synced } = slot;
  if (temporary || synced || fedElsewhere(slot, member, read).length > 0) return { sign: 'info' };
  const owner = read.dcs === undefined ? undefined : ownerOf(name, read.members, known(read.dcs));
  if (!member.isPrimary && owner !== undefined) return { sign: 'info' };
  const why =
    owner === undefined
      ? `nobody uses ${name}${read.dcs ? ", and neither a member nor Patroni's configuration owns it" : ''}: drop it if its consumer is gone for good`
      : `nobody uses ${name} (${owner}): see why its ${kind === 'logical' ? 'consumer' : 'member'} does not stream`;
  return { sign: 'warn', problem: `${why.charAt(0).toUpperCase()}${why.slice(1)}. Until then it keeps WAL, ${kept} by now.` };
}
