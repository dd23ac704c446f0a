import type { AuditFacts } from '../core/audit-facts.ts';
import { asError, refusal, TrunklineError } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import { Reason } from '../core/names.ts';
import type { Asker, Permission } from '../core/person.ts';
import type { IncidentLedgerNeeds } from './incident-ledger-needs.ts';

/** True when the person may do that to one of the clusters that it belongs to. @throws Unreachable when nobody can say. */
export async function may(needs: IncidentLedgerNeeds, by: Asker, need: Permission, of: string): Promise<boolean> {
  try {
    await admit(needs, by, need, of);
    return true;
  } catch (error) {
    if (error instanceof TrunklineError && (error.kind === 'refusal' || error.kind === 'unauthorised')) return false;
    throw error;
  }
}

/** For what belongs to several clusters, who may do it to one of them may. @throws what the gate says. */
export async function admit({ gate, clustersOf }: IncidentLedgerNeeds, by: Asker, need: Permission, of: string): Promise<void> {
  let why: unknown = refusal(`there is no cluster '${of}'`, 'See `/pg clusters`.');
  for (const cluster of clustersOf(of)) {
    try {
      return await gate.admit(by, need, { cluster });
    } catch (error) {
      why = error;
    }
  }
  throw why;
}

/** What is tried, for the audit log. */
export interface Told {
  readonly what: string;
  readonly about: string;
  cluster?: string;
}

/** Does it; what is refused is audited as well. */
export async function audited(
  needs: IncidentLedgerNeeds,
  by: Asker,
  told: Told,
  deed: (told: Told) => Promise<Message>,
): Promise<Message> {
  try {
    return await deed(told);
  } catch (error) {
    const isRefused = error instanceof TrunklineError && error.kind !== 'bug' && error.kind !== 'unreachable';
    const result = isRefused ? 'refused' : 'broke';
    await needs.audit.append(factsOf(by, told, { result, atMs: needs.clock.now(), why: asError(error).message }));
    throw error;
  }
}

/** A line of the audit log. */
export function factsOf(
  { userId, userName, via }: Asker,
  { what, about, cluster }: Told,
  { result, atMs, why }: Pick<AuditFacts, 'result' | 'atMs'> & { readonly why?: string },
): AuditFacts {
  const who = { who: userId, whoName: userName, via };
  return { ...who, what, result, atMs, why: why === undefined ? about : `${about}: ${why}`, ...(cluster ? { cluster } : {}) };
}

/** One good sentence. */
export function answer(says: string): Message {
  return { summary: says, parts: [{ line: `${says}.`, sign: 'ok' }] };
}

/** What a person must say, also where a form was made by hand. @throws Refusal. */
export function given(reason: string): string {
  const parsed = Reason.safeParse(reason);
  if (parsed.success) return parsed.data;
  throw refusal('this needs a reason of at most 500 characters', 'Say why; it is kept and read by others.');
}
