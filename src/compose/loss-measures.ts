import type { LossMeasures } from '../alerts/loss-ports.ts';
import { known } from '../core/reading.ts';
import type { View } from '../core/view.ts';
import type { IncidentProbes } from './incident-probe.ts';

/** An older look says nothing of the moment of the loss (milliseconds). */
const FRESH_MS = 60_000;

/** What is known of writes and clients around the loss of a leader. */
export function createLossMeasures(view: View, probes: IncidentProbes): LossMeasures {
  return {
    ...probes,
    lastLook(cluster, leader) {
      const last = view.lagHistory(cluster).findLast(({ primary }) => primary?.name === leader);
      if (!last?.primary || view.now() - last.atMs > FRESH_MS) return undefined;
      const { writeLsn, clientConnections: clients } = last.primary;
      return { atMs: last.atMs, ...(writeLsn === undefined ? {} : { writeLsn }), ...(clients === undefined ? {} : { clients }) };
    },
    async dcsPosition(cluster, leader) {
      const dcs = known(await view.dcs(cluster));
      // Once another one leads the position may be its own.
      if (!dcs || (dcs.leader !== undefined && dcs.leader !== leader)) return undefined;
      const positions = [dcs.optimeLsn, dcs.members[leader]?.walLsn].filter((lsn) => lsn !== undefined);
      return positions.length === 0 ? undefined : Math.max(...positions);
    },
    async leftAt(cluster, timeline) {
      return known(await view.dcs(cluster))?.history.find((row) => row.timeline === timeline)?.lsn;
    },
    async sessions(cluster, member) {
      const read = (await view.proxies(cluster)).flatMap(({ name, stats }) => (stats.ok ? [{ name, stats: stats.value }] : []));
      if (read.length === 0) return undefined;
      return read.map(({ name, stats }) => ({
        proxy: name,
        sessions: stats.primary.find((server) => server.member === member)?.sessions ?? 0,
      }));
    },
  };
}
