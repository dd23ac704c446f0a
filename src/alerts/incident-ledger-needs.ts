import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import type { Incident } from '../core/incident.ts';
import type { IncidentAct } from '../core/incident-act.ts';
import type { Asker, Permission, Subject } from '../core/person.ts';
import type { Silence } from '../core/silence.ts';

/** What people do with incidents needs this. */
export interface IncidentLedgerNeeds {
  readonly incidents: {
    named(name: string): Promise<Incident | undefined>;
    recent(limit: number): Promise<readonly Incident[]>;
  };
  readonly acts: { add(incident: string, act: IncidentAct, audit: AuditFacts): Promise<void> };
  readonly silences: {
    add(silence: Silence, audit: AuditFacts): Promise<void>;
    end(silence: Silence, audit: AuditFacts): Promise<'ended' | 'none'>;
    get(id: string): Promise<Silence | undefined>;
    list(): Promise<readonly Silence[]>;
  };
  readonly gate: { admit(by: Asker, need: Permission, subject: Subject): Promise<void> };
  readonly audit: { append(facts: AuditFacts): Promise<void> };
  /** The clusters that what is told of belongs to: itself, or those that hang on an `etcd NAME`. */
  readonly clustersOf: (of: string) => readonly string[];
  /** `etcd NAME` of a cluster; absent where it has none. */
  readonly etcdOf: (cluster: string) => string | undefined;
  readonly clock: Clock;
}
