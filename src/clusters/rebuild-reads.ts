import type { Clock } from '../core/clock.ts';
import type { View } from '../core/view.ts';
import { bounded, notRead } from './bounded.ts';
import type { ClusterParts } from './parts.ts';
import { readMemberServer } from './read-member.ts';

const LISTING_MS = 30_000;
const SIZES_MS = 60_000;
const UNIT_MS = 8000;

/** The reads of the View that rebuilding a member needs. `find` throws a Refusal when there is no such member. */
export function rebuildReads(
  find: (cluster: string, member: string) => { readonly parts: ClusterParts; readonly member: string },
  clock: Clock,
): Pick<View, 'server' | 'dataDirectory' | 'kept' | 'rewindSource' | 'unit' | 'claim'> {
  const noSsh = (source: string) => notRead(clock, source, 'no ssh is configured');
  return {
    async server(cluster, member) {
      const { parts, member: name } = find(cluster, member);
      return readMemberServer(parts, name, clock);
    },
    async dataDirectory(cluster, member) {
      const { parts, member: name } = find(cluster, member);
      const source = `the data directory of ${name}`;
      return bounded(clock, source, async () => parts.hosts?.dataDirectory(name) ?? noSsh(source), LISTING_MS);
    },
    async kept(cluster, member) {
      const { parts, member: name } = find(cluster, member);
      const source = `what is kept on ${name}`;
      return bounded(clock, source, async () => parts.hosts?.kept(name) ?? noSsh(source), SIZES_MS);
    },
    async rewindSource(cluster, member) {
      const { parts, member: name } = find(cluster, member);
      const { rewindRole, sql } = parts;
      const source = `SQL on ${name}`;
      if (rewindRole === undefined) return notRead(clock, source, 'the configuration names no `rewind` role for this cluster');
      return bounded(clock, source, () => sql.rewindSource(name, rewindRole));
    },
    async unit(cluster, member, claim) {
      const { parts, member: name } = find(cluster, member);
      const source = `work ${claim} on ${name}`;
      return bounded(clock, source, async () => parts.hosts?.unit(name, claim) ?? noSsh(source), UNIT_MS);
    },
    async claim(cluster, member, id) {
      const { parts, member: name } = find(cluster, member);
      const source = `the claims on ${name}`;
      return bounded(clock, source, async () => parts.hosts?.claim(name, id) ?? noSsh(source));
    },
  };
}
