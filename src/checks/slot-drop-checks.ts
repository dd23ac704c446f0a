import { z } from 'zod';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { Snapshot } from '../core/cluster.ts';
import type { Debt } from '../core/debt.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import { anObject, memberIn } from '../core/member-facts.ts';
import { known, type Reading } from '../core/reading.ts';
import { memberSlotName, type SlotDetail } from '../core/slot-detail.ts';
import { formatBytes } from '../core/units.ts';
import type { View } from '../core/view.ts';

export interface Dropping {
  readonly cluster: string;
  readonly member: string;
  readonly slot: string;
}

export const SlotFacts = z.object({
  /** The slot that was asked for. */
  name: z.string(),
  snapshot: anObject<Snapshot>(),
  slots: anObject<Reading<readonly SlotDetail[]>>(),
  debts: anObject<readonly Debt[]>(),
});
export type SlotFacts = z.output<typeof SlotFacts>;

export async function lookForSlot({ cluster, member, slot }: Dropping, view: View): Promise<SlotFacts> {
  const [snapshot, slots, debts] = await Promise.all([view.snapshot(cluster), view.slots(cluster, member), view.debts(cluster)]);
  return { name: slot, snapshot, slots, debts };
}

/** What of the slot must be the same when it is dropped; what could not be read is null. */
export function slotMaterial({ name, slots }: SlotFacts): { readonly kind: string | null; readonly restartLsn: string | null } {
  const found = known(slots)?.find((slot) => slot.name === name);
  return { kind: found?.kind ?? null, restartLsn: found?.restartLsn ?? null };
}

/** The slot itself. @throws Refusal when there is none or it can't be read. */
export function slotOf({ cluster, member, slot }: Dropping, { snapshot, slots }: SlotFacts): SlotDetail {
  memberIn(snapshot, member);
  if (!slots.ok) throw refusal(`the slots of ${member} cannot be read: ${slots.why}`, 'Ask again when it answers by SQL.');
  const found = slots.value.find(({ name }) => name === slot);
  if (found) return found;
  const names = slots.value.map(({ name }) => name);
  const near = didYouMean(slot, names);
  const has = names.length > 0 ? `It has ${names.join(', ')}.` : 'It has none.';
  throw refusal(`${member} has no slot ${slot}`, `${near ? `Did you mean ${near}? ` : ''}${has} See \`/pg slots ${cluster}\`.`);
}

/** The pre-flight list of dropping a slot. */
export function slotDropChecks(asked: Dropping, facts: SlotFacts): readonly Check[] {
  const slot = slotOf(asked, facts);
  return [
    use(asked, slot),
    ...owner(asked, slot, facts),
    ...(slot.temporary ? [blocked('temporary', `${slot.name} is temporary`, 'It goes with its session.', { hard: true })] : []),
    ...(slot.synced
      ? [
          blocked('synced', `${slot.name} is a copy of a slot of the primary`, 'Drop it on the primary; the copy follows.', {
            hard: true,
          }),
        ]
      : []),
    ...debt(slot, facts),
    kept(asked, slot),
    ...logical(slot),
  ];
}

function use({ member }: Dropping, { name, active, user, inactiveMs }: SlotDetail): Check {
  if (!active) {
    const since = inactiveMs === undefined ? '' : `, since ${Math.floor(inactiveMs / 60_000)} min`;
    return passed('in-use', `nobody uses ${name} on ${member} now${since}`);
  }
  const who = user ? `${user.application || user.user} (pid ${user.pid}${user.client ? `, ${user.client}` : ''})` : 'somebody';
  return blocked('in-use', `${who} uses ${name}`, 'Stop its consumer first, where it is not needed any more.', { hard: true });
}

function owner({ cluster }: Dropping, { name }: SlotDetail, { snapshot }: SlotFacts): readonly Check[] {
  if (snapshot.cluster.mode !== 'patroni') return [];
  const dcs = known(snapshot.dcs);
  if (!dcs)
    return [blocked('owner', 'the DCS cannot be read, so whose slot it is is not known', 'See to etcd first.', { hard: true })];
  const names = new Set([...snapshot.members.map((one) => one.name), ...Object.keys(dcs.members)]);
  const member = [...names].find((one) => memberSlotName(one) === name);
  if (member !== undefined) {
    const says = `${name} is the slot that Patroni keeps for the member ${member}, and would make again`;
    return [blocked('owner', says, `Take ${member} out of ${cluster} if it is gone for good.`, { hard: true })];
  }
  if (dcs.permanentSlots?.includes(name)) {
    const says = `${name} is permanent in Patroni's configuration, which would make it again`;
    return [blocked('owner', says, `Take it out of \`slots\` of the dynamic configuration of ${cluster}.`, { hard: true })];
  }
  return [passed('owner', `${name} belongs neither to a member nor to Patroni's permanent slots`)];
}

/** A slot that a run of ours made and must release. */
function debt({ name }: SlotDetail, { debts }: SlotFacts): readonly Check[] {
  const found = debts.find(({ release, gone }) => release.args.slot === name || gone.args.slot === name);
  if (!found) return [];
  const says = `the run ${found.run} made ${name} and drops it at its end`;
  return [blocked('debt', says, `Look at \`/pg run ${found.run}\` first.`, { hard: false })];
}

function kept({ member }: Dropping, { name, walStatus, retainedBytes, xminAge }: SlotDetail): Check {
  const wal = retainedBytes === undefined ? 'keeps no WAL' : `keeps ${formatBytes(retainedBytes)} of WAL`;
  const rows = xminAge === undefined ? '' : `, and rows of the last ${xminAge} transactions from being vacuumed`;
  if (walStatus === 'lost') return passed('kept', `${name} is lost already: what it needs is gone from ${member}`);
  return warned('kept', `${name} ${wal}${rows}`, 'Whoever used it cannot go on from there, and must be built anew.');
}

function logical({ kind, name, plugin, database }: SlotDetail): readonly Check[] {
  if (kind !== 'logical') return [];
  const says = `${name} is logical (${plugin ?? 'no plugin'} in ${database ?? 'no database'})`;
  return [warned('logical', says, 'Changes that its consumer has not read are lost to it.')];
}
