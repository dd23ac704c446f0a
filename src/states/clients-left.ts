import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Clients } from '../core/sessions.ts';
import { formatDuration } from '../core/units.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'clients-left',
  args: z.object({ cluster: ClusterName, member: MemberName, waitMs: z.number().int().min(0) }),
  says: ({ member, waitMs }) => `the clients of ${member} have left, or ${formatDuration(waitMs)} have passed`,
  async judge({ cluster, member, waitMs }, view, sinceMs) {
    const clients = await view.clients(cluster, member);
    if (!clients.ok) return notYet(`who is connected to ${member} cannot be read: ${clients.why}`);
    return judgeClients(member, clients.value, waitMs, view.now() - sinceMs);
  },
});

export const clientsLeftState = state;

/**
 * Nobody is connected as a client (Trunkline, Patroni and superusers on the host itself do not count); after the wait it holds all the
 * same and says who stays, as a connection that nobody closes must not undo a drain.
 */
export const clientsLeft = (cluster: string, member: string, waitMs: number): StateData => build({ cluster, member, waitMs });

/** Pure part. */
export function judgeClients(member: string, clients: Clients, waitMs: number, elapsedMs: number): Verdict {
  if (clients.connected === 0) return holds(`no client is connected to ${member}`);
  const count = `${clients.connected} ${clients.connected === 1 ? 'client' : 'clients'}, ${clients.active} of them at work`;
  if (elapsedMs < waitMs) return notYet(`${count}: ${whoStays(clients)}`);
  return holds(`after ${formatDuration(waitMs)} ${count}, stay on ${member}: ${whoStays(clients)}`);
}

/** `3 of app (reports) from 10.0.0.5`. */
function whoStays({ groups }: Clients): string {
  const words = groups.slice(0, 5).map(({ user, application, client, sessions }) => {
    const name = application === '' ? user : `${user} (${application.slice(0, 40)})`;
    return `${sessions} of ${name}${client === undefined ? ' on the host itself' : ` from ${client}`}`;
  });
  return [...words, ...(groups.length > 5 ? ['others'] : [])].join(', ');
}
