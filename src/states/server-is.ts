import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** `stopped`: in its data directory; `not running`: also where there is none, as before a copy. That may as well be a wrong path. */
  process: z.enum(['running', 'stopped', 'not running']),
  /** The state of this service as well: `stopped` wants it inactive, so that nobody starts the server again at once. */
  service: z.enum(['patroni', 'postgres']),
  /** The unit of that service is masked as well, so that not even a boot starts it. */
  masked: z.literal(true).exactOptional(),
});

const { state, build } = defineState({
  name: 'server-is',
  args: Args,
  says: ({ member, process, service, masked }) =>
    process !== 'running'
      ? `PostgreSQL on ${member} is stopped, and ${service} with it${masked ? ', whose unit is masked' : ''}`
      : `${service} on ${member} is active and PostgreSQL runs`,
  judge: async (args, view) => judgeServer(args, await view.server(args.cluster, args.member)),
});

export const serverIsState = state;

/** PostgreSQL of a member runs or is stopped, by its process and by systemd; a host that can not be asked is 'not yet'. */
export const serverIs = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. */
export function judgeServer({ member, process, service, masked }: z.output<typeof Args>, reading: Reading<Server>): Verdict {
  if (!reading.ok) return notYet(`${member} can not be asked: ${reading.why}`);
  const { active, enabled } = reading.value[service];
  const found = reading.value.process;
  const isStopped = found === 'stopped' || (found === 'no data directory' && process === 'not running');
  const says = `PostgreSQL on ${member} ${WORDS[found]} and its unit of ${service} is ${active}`;
  if (masked && enabled !== 'masked') return notYet(`${says}; it is ${enabled || 'not there'}, not masked`);
  if (process !== 'running') return isStopped && active !== 'active' && active !== 'activating' ? holds(says) : notYet(says);
  return found === 'running' && active === 'active' ? holds(says) : notYet(says);
}

const WORDS = { running: 'runs', stopped: 'is stopped', 'no data directory': 'has no data directory where it is configured' };
