import type { Clock } from '../core/clock.ts';
import type { View } from '../core/view.ts';
import { bounded, notRead } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

type CloserReads = Pick<View, 'sessions' | 'backend' | 'clients' | 'slots' | 'memberLog'>;

/** What is read of one member for a closer look. `of` throws a Refusal for an unknown cluster or member. */
export function closerReads(
  of: (cluster: string, member: string) => { readonly parts: ClusterParts; readonly member: string },
  clock: Clock,
): CloserReads {
  const sql = (cluster: string, name: string) => {
    const { parts, member } = of(cluster, name);
    return { sql: parts.sql, member, source: `SQL on ${member}` };
  };
  return {
    async sessions(cluster, name) {
      const { sql: on, member, source } = sql(cluster, name);
      return bounded(clock, source, () => on.sessions(member));
    },
    async backend(cluster, name, pid) {
      const { sql: on, member, source } = sql(cluster, name);
      return bounded(clock, source, () => on.backend(member, pid));
    },
    async clients(cluster, name) {
      const { sql: on, member, source } = sql(cluster, name);
      return bounded(clock, source, () => on.clients(member));
    },
    async slots(cluster, name) {
      const { sql: on, member, source } = sql(cluster, name);
      return bounded(clock, source, () => on.slots(member));
    },
    async memberLog(cluster, name, asked) {
      const { parts, member } = of(cluster, name);
      const source = `log of ${asked.unit} on ${member}`;
      const { logs } = parts;
      if (!logs) return notRead(clock, source, 'no ssh is configured');
      return bounded(clock, source, () => logs.member(member, asked));
    },
  };
}
