import { allowReplication } from '../acts/allow-replication.ts';
import { dropLeftSlots } from '../acts/drop-left-slots.ts';
import { replicationRole } from '../acts/replication-role.ts';
import { reserveSlot } from '../acts/reserve-slot.ts';
import type { StateData, Step } from '../core/plan.ts';
import { minutes } from '../core/units.ts';
import { replicationAllowed } from '../states/replication-allowed.ts';
import { slotReserved } from '../states/slot-reserved.ts';

/** How a member gets to its primary. */
export interface StandbyWay {
  readonly cluster: string;
  readonly node: string;
  readonly primary: { readonly name: string };
  readonly login: {
    readonly makes: {
      readonly role: string;
      /** Empty where it can log in already. */
      readonly allowed: readonly { readonly member: string; readonly address: string }[];
    };
  };
  readonly slot: { readonly reserves: readonly string[]; readonly lost: readonly string[] };
}

/** A role of the member's own where it has none, and a slot, before anything is stopped. `leads`: guards what changes the primary. */
export function standbyWaySteps(way: StandbyWay, leads: StateData): readonly Step[] {
  const { cluster, node, primary, slot } = way;
  const { role, allowed } = way.login.makes;
  const of = { cluster, primary: primary.name };
  const allow = allowed.map(
    ({ member, address }): Step => ({
      ...{ id: `allow-${member}`, title: `Let ${role} replicate from ${address} by password on ${member}`, within: minutes(2) },
      act: allowReplication({ cluster, member, role, addresses: [address] }),
      until: replicationAllowed({ cluster, member, role, addresses: [address] }),
    }),
  );
  const makeRole: Step = {
    ...{ id: 'role', title: `Make the role ${role} with a password that only ${node} has`, within: minutes(2) },
    act: replicationRole({ ...of, member: node, role, others: [] }),
  };
  const dropLost: Step = {
    ...{ id: 'lost-slots', title: `Drop the slot on ${primary.name} that has lost WAL of ${node}`, within: minutes(1) },
    act: dropLeftSlots(cluster, primary.name, slot.lost),
  };
  const reserve = slot.reserves.map(
    (name): Step => ({
      ...{ id: 'slot', title: `Keep WAL on ${primary.name} for ${node} by the slot ${name}`, within: minutes(2) },
      still: [leads],
      act: reserveSlot({ ...of, member: node, slot: name }),
      until: slotReserved({ ...of, slot: name }),
    }),
  );
  return [...allow, ...(allow.length > 0 ? [makeRole] : []), ...(slot.lost.length > 0 ? [dropLost] : []), ...reserve];
}
