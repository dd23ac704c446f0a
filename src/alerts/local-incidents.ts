import { leavesLeaderless, opens, type Signal } from '../core/signal.ts';
import type { Desk } from './desk.ts';

interface Known {
  readonly incident: string;
  readonly leaderless: boolean;
  /** This bot tells it. */
  readonly isOurs: boolean;
}

/** The store's rule for which incident a signal joins, for the time without a store; what this desk has ended is joined by nothing. */
export function localIncidents({ owned }: Partial<Pick<Desk, 'owned'>>) {
  const open = new Map<string, Known>();
  const raised = new Map<string, string>();
  const note = (signal: Signal, incident: string, isOurs = false) => {
    if (signal.condition) raised.set(`${signal.cluster} ${signal.condition.key}`, incident);
    else if (signal.run === undefined) open.set(signal.cluster, { incident, isOurs, leaderless: leavesLeaderless(signal) });
  };
  const isOver = ({ incident, isOurs }: Known): boolean => isOurs && owned?.().includes(incident) === false;
  const ofCondition = ({ id, kind, cluster, condition }: Signal): string => {
    const key = `${cluster} ${condition?.key}`;
    const incident = kind === 'raised' ? id : (raised.get(key) ?? id);
    raised.set(key, incident);
    return incident;
  };
  return {
    note,
    place(signal: Signal): string {
      if (signal.condition) return ofCondition(signal);
      const known = open.get(signal.cluster);
      const joins = known && (!opens(signal) || known.leaderless) && !isOver(known);
      const incident = joins ? known.incident : signal.id;
      note(signal, incident, joins && known.isOurs);
      return incident;
    },
  };
}
