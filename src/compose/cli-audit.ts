import { createMemory } from '../chat/once.ts';
import type { SignedRequest, Suspect } from '../cli/authenticate.ts';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { formatDuration } from '../core/units.ts';

/** What of the command line goes into the audit log, beside what every command writes there. */
export interface CliAudit {
  /** Which key signed which words. */
  accepted(signed: SignedRequest): Promise<void>;
  refused(suspect: Suspect): Promise<void>;
  /** Slack's last word on a person, of `atMs`, stood in for its word of now. */
  stoodIn(userId: string, atMs: number): Promise<void>;
}

interface Needs {
  readonly append: (facts: AuditFacts) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The same words of the same person again within this time are one line, as somebody who watches a run repeats them. */
const SAME_MS = 10 * 60_000;
/** Anybody on the host can knock; one line a second is enough. The log has each. */
const KNOCKS_MS = 1000;
const MOST_CHARACTERS = 500;

/** Lines that can't be written are logged: what changes something is audited again by itself, and then fails. */
export function createCliAudit({ append, clock, log }: Needs): CliAudit {
  const memory = createMemory(clock);
  const write = async (facts: Omit<AuditFacts, 'atMs' | 'via'>) => {
    await append({ ...facts, atMs: clock.now(), via: 'cli' }).catch((error: unknown) =>
      log.error('a line could not be audited', { ...facts, error: asError(error).message }),
    );
  };
  return {
    async accepted({ person, fingerprint, request }) {
      // A one-time code counts until it is used, so it stands in no log.
      const words = request.text.slice(0, MOST_CHARACTERS).replaceAll(/\b\d{6,8}\b/g, '…');
      log.info('a command of the command line', { userId: person.user, fingerprint, words });
      if (memory.seen(`accepted ${person.user} ${fingerprint} ${words}`, SAME_MS)) return;
      const why = `'${words}', signed by ${fingerprint}`;
      await write({ who: person.user, whoName: person.name, what: 'cli.command', result: 'accepted', why });
    },
    async refused({ person, fingerprint, why }) {
      if (memory.seen(person ? `refused ${person.user}` : 'refused', KNOCKS_MS)) return;
      const key = fingerprint === undefined ? '' : ` (${fingerprint})`;
      const who = person ? { who: person.user, whoName: person.name } : { who: 'unknown' };
      await write({ ...who, what: 'cli.command', result: 'refused', why: `${why}${key}` });
    },
    async stoodIn(userId, atMs) {
      if (memory.seen(`stood-in ${userId}`, SAME_MS)) return;
      const ago = formatDuration(Math.max(0, clock.now() - atMs));
      await write({
        who: userId,
        what: 'person.last-known',
        result: 'used',
        why: `Slack did not answer; its word of ${ago} ago counted`,
      });
    },
  };
}
