import type { AuditFacts } from '../core/audit-facts.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';

type About = Pick<Run, 'id' | 'cluster' | 'planHash'>;
type Said = Pick<AuditFacts, 'what' | 'result'> & { readonly atMs: number; readonly why?: string | undefined };

/** A line of the audit log for what a person did to a run; empty fields for what is not known yet. */
export function byPerson(asker: Asker, run: About, { what, result, atMs, why }: Said): AuditFacts {
  const who = { who: asker.userId, whoName: asker.userName, via: asker.via };
  return { ...who, ...about(run), what, result, atMs, ...(why ? { why } : {}) };
}

/** A line of the audit log for what the program did by itself. */
export function byWorker(run: About, { what, result, atMs, why, step }: Said & { readonly step?: string }): AuditFacts {
  const more = { ...(why ? { why } : {}), ...(step ? { step } : {}) };
  return { who: 'trunkline', via: 'worker', ...about(run), what, result, atMs, ...more };
}

function about({ id, cluster, planHash }: About): Pick<AuditFacts, 'run' | 'cluster' | 'planHash'> {
  return { ...(id ? { run: id } : {}), ...(cluster ? { cluster } : {}), ...(planHash ? { planHash } : {}) };
}
