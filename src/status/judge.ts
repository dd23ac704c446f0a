import type { Snapshot } from '../core/cluster.ts';
import type { Limits } from '../core/view.ts';
import { archiverFindings } from './archiver-findings.ts';
import { diskFindings } from './disk-findings.ts';
import { etcdFindings } from './etcd-findings.ts';
import { type Facts, factsOf } from './facts.ts';
import { type Finding, worstFirst } from './finding.ts';
import { identityFindings } from './identity-findings.ts';
import { leaderFindings } from './leader-findings.ts';
import { membershipFindings } from './membership-findings.ts';
import { patroniFindings } from './patroni-findings.ts';
import { proxyFindings } from './proxy-findings.ts';
import { replicationFindings } from './replication-findings.ts';
import { slotFindings } from './slot-findings.ts';
import { successionFindings } from './succession-findings.ts';
import { syncFindings } from './sync-findings.ts';
import { unreadFindings } from './unread-findings.ts';
import { vipFindings } from './vip-findings.ts';

/** `healthy` only when everything was read and nothing disagrees; `not fully read` when that is all there is to say against it. */
export type Overall = 'critical' | 'warning' | 'not fully read' | 'healthy';

/** What a snapshot comes to. */
export interface Judgement {
  readonly facts: Facts;
  readonly overall: Overall;
  /** Worst first. */
  readonly findings: readonly Finding[];
}

/** In the order in which they are told among equals: who leads, what Patroni waits for, then the parts from inside out. */
const RULES: readonly ((facts: Facts) => readonly Finding[])[] = [
  leaderFindings,
  successionFindings,
  unreadFindings,
  etcdFindings,
  identityFindings,
  membershipFindings,
  replicationFindings,
  syncFindings,
  proxyFindings,
  vipFindings,
  patroniFindings,
  slotFindings,
  archiverFindings,
  diskFindings,
];

/** Judges everything that was read of one cluster. Pure. */
export function judge(snapshot: Snapshot, limits: Limits): Judgement {
  const facts = factsOf(snapshot, limits);
  const findings = worstFirst(RULES.flatMap((rule) => rule(facts)));
  return { facts, findings, overall: overallOf(findings) };
}

/** Worst first: a sort key for clusters. */
export function rankOf(overall: Overall): number {
  return ['critical', 'warning', 'not fully read', 'healthy'].indexOf(overall);
}

function overallOf(findings: readonly Finding[]): Overall {
  if (findings.some(({ sign }) => sign === 'bad')) return 'critical';
  if (findings.some(({ sign }) => sign === 'warn')) return 'warning';
  return findings.some(({ sign }) => sign === 'unknown') ? 'not fully read' : 'healthy';
}
