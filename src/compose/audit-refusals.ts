import type { DeskParts } from '../ask/desk.ts';
import type { ForgedRequest } from '../chat/handlers.ts';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

interface Needs {
  readonly trail: { append(facts: AuditFacts): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
}

/** Writes down what was refused before it came to a run. What can't be written is logged: the refusal stands all the same. */
export function createAuditRefusals({ trail, clock, log }: Needs) {
  const append = async (facts: Omit<AuditFacts, 'atMs' | 'result'>) => {
    await trail
      .append({ ...facts, atMs: clock.now(), result: 'refused' })
      .catch((error: unknown) => log.error('a refusal could not be audited', { ...facts, error: asError(error).message }));
  };
  const refused: DeskParts['refused'] = ({ asker: { userId: who, userName: whoName, via }, command, cluster, why }) =>
    append({ who, whoName, via, what: `command.${command}`, why, ...(cluster ? { cluster } : {}) });
  return {
    refused,
    /** A request that did not come from Slack, or not for us. */
    forged: ({ who = 'unknown', what, why }: ForgedRequest) => append({ who, via: 'slack', what: `slack.${what}`, why }),
  };
}
