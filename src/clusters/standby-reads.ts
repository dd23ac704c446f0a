import type { Clock } from '../core/clock.ts';
import type { StandbyReads } from '../core/standby.ts';
import { bounded, notRead } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/** `of` gives a cluster's parts and the name of one of its members. @throws Refusal from `of` when there is none. */
export function standbyReads(
  of: (cluster: string, member: string) => readonly [ClusterParts, string],
  clock: Clock,
): StandbyReads {
  const noSsh = (source: string) => notRead(clock, source, 'no ssh is configured');
  return {
    async host(cluster, member, further) {
      const [{ hosts }, name] = of(cluster, member);
      const source = `ssh to ${name}`;
      return bounded(clock, source, async () => hosts?.bareHost(name, further) ?? noSsh(source));
    },
    async rules(cluster, member) {
      const [{ hosts }, name] = of(cluster, member);
      const source = `pg_hba_file_rules on ${name}`;
      return bounded(clock, source, async () => hosts?.replicationRules(name) ?? noSsh(source));
    },
    async etcdAccess(cluster, member) {
      const [{ hosts }, name] = of(cluster, member);
      const source = `patroni.yml on ${name}`;
      return bounded(clock, source, async () => hosts?.etcdAccess(name) ?? noSsh(source));
    },
    async source(cluster, member) {
      const [{ sql }, name] = of(cluster, member);
      return bounded(clock, `SQL on ${name}`, () => sql.copySource(name));
    },
    async progress(cluster, member) {
      const [{ sql }, name] = of(cluster, member);
      return bounded(clock, `SQL on ${name}`, () => sql.copyProgress(name));
    },
  };
}
