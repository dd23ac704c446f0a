import { copyPrimary } from '../acts/copy-primary.ts';
import { deleteKept } from '../acts/delete-kept.ts';
import { forgetRewind } from '../acts/forget-rewind.ts';
import { placeCopy } from '../acts/place-copy.ts';
import { setAside } from '../acts/set-aside.ts';
import { startStandby } from '../acts/start-standby.ts';
import type { PlainRebuild } from '../checks/plain-rebuild-plan.ts';
import type { StateData, Step } from '../core/plan.ts';
import { NO_RATE_LIMIT } from '../core/rate-text.ts';
import { milliseconds, minutes, seconds } from '../core/units.ts';
import { copied } from '../states/copied.ts';
import { copyPlaced } from '../states/copy-placed.ts';
import { keptGone } from '../states/kept-gone.ts';
import { serverIs } from '../states/server-is.ts';
import { setAsideAs } from '../states/set-aside-as.ts';
import { streaming } from '../states/streaming.ts';

type Copied = PlainRebuild & { readonly cluster: string; readonly node: string };

/**
 * A new copy by pg_basebackup in the place of an old data directory, which stays where it is until the copy is complete, unless the disk
 * does not hold both. `leads` guards each step that can't be taken back; `keepWal` comes before the old one is deleted.
 */
export function standbyCopySteps(of: Copied, leads: StateData, keepWal: readonly Step[]): readonly Step[] {
  const { own, copy } = of;
  const old = own ? [setAsideOld(of, leads)] : [];
  const room = own && copy.deletesOld ? [...keepWal, ...old, deleteOld(of, leads)] : [];
  return [...room, copyIt(of, leads), ...(room.length > 0 ? [] : old), ...place(of), start(of, leads)];
}

function setAsideOld({ cluster, node, oldSuffix: suffix, systemId, timeline }: Copied, leads: StateData): Step {
  return {
    ...{ id: 'set-aside', title: `Set the data directory of ${node} aside as .${suffix}`, within: minutes(2) },
    still: [leads],
    act: setAside({ cluster, member: node, suffix, systemId, timeline }),
    until: setAsideAs(cluster, node, suffix),
  };
}

function deleteOld({ cluster, node, oldSuffix: suffix }: Copied, leads: StateData): Step {
  return {
    ...{ id: 'delete-old', title: `Delete the old data directory of ${node}, as there is no room for both`, within: minutes(60) },
    still: [leads],
    act: deleteKept({ cluster, member: node, suffix }),
    until: keptGone(cluster, node, suffix),
  };
}

const isDown = ({ cluster, node }: Copied) => serverIs({ cluster, member: node, process: 'not running', service: 'postgres' });

function copyIt(of: Copied, leads: StateData): Step {
  const { cluster, node: member, primary, systemId, timeline, slot, login, copy } = of;
  const { withinMs } = copy;
  const { user: role } = login.connection;
  const from = { member: primary.name, host: primary.host, port: primary.port };
  const how = { role, slot: slot.name, maxRateKibPerSecond: NO_RATE_LIMIT, withinMs };
  return {
    ...{ id: 'copy', title: `Copy ${primary.name} to ${member} by pg_basebackup`, within: milliseconds(withinMs) },
    still: [leads, isDown(of)],
    act: copyPrimary({ cluster, member, from, ...how }),
    until: copied({ cluster, member, primary: primary.name, role, systemId, timeline }),
  };
}

function place({ cluster, node: member, primary, systemId, slot, login, copy }: Copied): readonly Step[] {
  const from = { host: primary.host, port: primary.port };
  const as = { role: login.connection.user, slot: slot.name, passfile: copy.passfile };
  return [
    {
      ...{ id: 'whole', title: `Note that ${member} is whole again`, within: seconds(30) },
      act: forgetRewind(cluster, member),
    },
    {
      ...{ id: 'place', title: `Move the copy into the place of the data directory of ${member}`, within: minutes(2) },
      act: placeCopy({ cluster, member, from, ...as }),
      until: copyPlaced({ cluster, member, systemId }),
    },
  ];
}

function start(of: Copied, leads: StateData): Step {
  const { cluster, node: member, timeline, slot } = of;
  return {
    ...{
      id: 'start',
      title: `Start PostgreSQL on ${member}, now and at every boot, and wait until it streams`,
      within: minutes(30),
    },
    still: [leads, isDown(of)],
    act: startStandby({ cluster, member, slot: slot.name }),
    until: streaming(cluster, [member], timeline),
  };
}
