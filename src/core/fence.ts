import type { Snapshot } from './cluster.ts';
import { known, type Reading } from './reading.ts';
import type { Server } from './server.ts';

/**
 * What keeps an old leader from taking writes again: its units are stopped and do not start at boot; no proxy sends anybody there and the
 * VIP is elsewhere; a person says that it is powered off, which nobody can check.
 */
export type Fence = 'units' | 'routing' | 'word';

/** What was found of one kind of fence. */
export interface FenceFound {
  readonly holds: boolean;
  readonly says: string;
}

/** By systemd and pg_ctl on its own host. */
export function fencedByUnits(leader: string, server: Reading<Server> | undefined): FenceFound {
  if (!server?.ok) return { holds: false, says: `the host of ${leader} does not answer by ssh: ${server?.why ?? 'not asked'}` };
  const { patroni, postgres, process } = server.value;
  const units = [
    ['Patroni', patroni],
    ['PostgreSQL', postgres],
  ] as const;
  const open = units.flatMap(([name, { active, enabled }]) => [
    ...(['active', 'activating', 'reloading'].includes(active) ? [`${name} is ${active}`] : []),
    ...(enabled.startsWith('enabled') ? [`${name} starts at boot`] : []),
  ]);
  const running = process === 'running' ? ['a server runs in its data directory'] : [];
  const why = [...open, ...running];
  if (why.length > 0) return { holds: false, says: `on ${leader} ${why.join(', ')}` };
  return { holds: true, says: `Patroni and PostgreSQL on ${leader} are stopped and do not start at boot` };
}

/** By every HAProxy of the inventory and, where there is one, the holder of the VIP. */
export function fencedByRouting(leader: string, { proxies, vip }: Pick<Snapshot, 'proxies' | 'vip'>): FenceFound {
  if (proxies.length === 0) return { holds: false, says: 'no HAProxy is configured that could keep clients away' };
  for (const { name, stats } of proxies) {
    if (!stats.ok) return { holds: false, says: `HAProxy on ${name} could not be read: ${stats.why}` };
    const own = stats.value.primary.find(({ member }) => member === leader);
    if (!own) return { holds: false, says: `HAProxy on ${name} does not know ${leader}` };
    if (!/^(DOWN|MAINT)/.test(own.status)) return { holds: false, says: `HAProxy on ${name} has ${leader} ${own.status}` };
  }
  const down = `${leader} is down in ${proxies.map(({ name }) => name).join(' and ')}`;
  if (!vip) return { holds: true, says: down };
  const holders = known(vip.holders);
  const why = vip.holders.ok ? 'nobody has it, or more than one' : vip.holders.why;
  if (holders?.length !== 1) return { holds: false, says: `${down}, but who holds the VIP ${vip.address} is not sure: ${why}` };
  return { holds: true, says: `${down}, and the VIP ${vip.address} is on ${holders[0]}` };
}
