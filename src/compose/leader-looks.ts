import type { HostSight, Sight } from '../alerts/loss-evidence.ts';
import type { LeaderLooks } from '../alerts/loss-ports.ts';
import type { NotRead, Reading } from '../core/reading.ts';
import { known } from '../core/reading.ts';
import { safeLogLine } from '../core/safe-log-line.ts';
import type { Sighting } from '../core/sighting.ts';
import type { Reads } from './build-reads.ts';

/** What Patroni writes when it can not reach its DCS and gives the lead up (patroni/ha.py); the second is that of failsafe mode. */
const CUT = /demot\w* self because (DCS|failsafe)|DCS is not accessible/i;
const LOG_LINES = 500;

/** How the alerts look at a leader that was lost. */
export function createLeaderLooks({ clusters, everything: view }: Pick<Reads, 'clusters' | 'everything'>): LeaderLooks {
  const find = (cluster: string) => clusters.find((one) => one.config.name === cluster);
  return {
    async rest(cluster, member) {
      const reading = await find(cluster)?.patroni?.member(member);
      return (
        reading &&
        sight(reading, ({ state, role, dcsLastSeenS }) => ({
          ...{ state, role },
          ...(dcsLastSeenS === undefined ? {} : { dcsAgoMs: reading.atMs - dcsLastSeenS * 1000 }),
        }))
      );
    },
    async sql(cluster, member) {
      const reading = await find(cluster)?.postgres.member(member);
      return (
        reading &&
        sight(reading, ({ inRecovery, timeline, writeLsn, postmasterStartedAtMs }) => ({
          ...{ inRecovery, timeline, postmasterStartedAtMs },
          ...(writeLsn === undefined ? {} : { writeLsn }),
        }))
      );
    },
    others: async (cluster, member) => (find(cluster)?.ssh ? (await view.sightings(cluster, member)).map(hostSight) : undefined),
    async server(cluster, member) {
      if (!find(cluster)?.ssh) return undefined;
      const server = known(await view.server(cluster, member));
      if (!server || server.process === 'no data directory') return undefined;
      const control = server.control?.state;
      return { running: server.process === 'running', ...(control === undefined ? {} : { control }) };
    },
    async leaseLeftMs(cluster, member) {
      const lease = known(await view.leaderLease(cluster));
      return lease?.holder === member && lease.leftS !== undefined ? lease.leftS * 1000 : undefined;
    },
    async loggedCut(cluster, member, fromMs, untilMs) {
      if (!find(cluster)?.ssh) return undefined;
      const log = known(await view.memberLog(cluster, member, { unit: 'patroni', lines: LOG_LINES, sinceMs: fromMs }));
      const line = log?.lines.find(({ at, text }) => CUT.test(text) && !(Date.parse(at ?? '') > untilMs));
      return line && safeLogLine(line.text, line.at === undefined);
    },
  };
}

function sight<V, T>(reading: Reading<V>, told: (value: V) => T): Sight<T | { readonly why: string }> {
  return reading.ok ? { answer: 'server', ...told(reading.value) } : notSeen(reading);
}

function notSeen({ reached, why }: NotRead): { readonly answer: 'server' | 'host' | 'silent'; readonly why: string } {
  return { answer: reached ?? 'silent', why };
}

/** pg_isready and curl, as the host says that they ended. */
function hostSight({ from, seen }: Sighting): HostSight {
  if (!seen.ok) return { from, sees: 'unknown' };
  const { postgres, rest } = seen.value;
  if (postgres !== 'silent') return { from, sees: 'postgres' };
  return { from, sees: rest === 'answers' ? 'patroni' : 'nothing' };
}
