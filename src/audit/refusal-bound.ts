import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** Where lines of the audit log go. */
export interface AuditTrail {
  append(facts: AuditFacts): Promise<void>;
}

export interface RefusalBound extends AuditTrail {
  start(): void;
  /** Writes what was only counted so far. */
  stop(): Promise<void>;
}

/** So many refusals of one person are written one by one in a minute, and so many of all people together. */
export const EACH_A_MINUTE = 10;
export const ALL_A_MINUTE = 200;
const MINUTE_MS = 60_000;

/**
 * Keeps refusals from filling the disk: what nobody but Trunkline decides to write is written line by line; of refusals the first
 * ten of a person in a minute are, the others are counted and become one line when the minute is over. Beyond 200 lines a minute of
 * all people together, everybody's are counted into one line. So a process writes at most 200 such lines a minute, one more for each
 * person among them and one for all the others; a crash loses the counts of one minute.
 */
export function boundRefusals(trail: AuditTrail, { clock, log }: { readonly clock: Clock; readonly log: Log }): RefusalBound {
  let minute = newMinute();
  let end: (() => void) | undefined;
  const flush = async () => {
    const { counted } = minute;
    minute = newMinute();
    for (const { last, times, kinds } of counted.values())
      await trail.append({ ...last, atMs: clock.now(), times, why: `and ${times} more within a minute: ${wordsOf(kinds)}` });
  };
  return {
    async append(facts) {
      if (facts.result !== 'refused' && facts.result !== 'broke') return trail.append(facts);
      if (!countDown(minute, facts)) await trail.append(facts);
    },
    start() {
      end ??= clock.every(MINUTE_MS, flush, (error) =>
        log.error('refusals could not be audited', { why: asError(error).message }),
      );
    },
    async stop() {
      end?.();
      await flush();
    },
  };
}

interface Counted {
  readonly last: AuditFacts;
  times: number;
  readonly kinds: Map<string, number>;
}
interface Minute {
  written: number;
  readonly people: Map<string, number>;
  readonly counted: Map<string, Counted>;
}

function newMinute(): Minute {
  return { written: 0, people: new Map(), counted: new Map() };
}

/** True when this refusal is only counted. */
function countDown(minute: Minute, facts: AuditFacts): boolean {
  const { who, what } = facts;
  const own = minute.people.get(who) ?? 0;
  if (own < EACH_A_MINUTE && minute.written < ALL_A_MINUTE) {
    minute.people.set(who, own + 1);
    minute.written += 1;
    return false;
  }
  const key = minute.people.has(who) ? who : '';
  const { run: _run, cluster: _cluster, planHash: _hash, ...common } = facts;
  const first = { last: key === '' ? { ...common, who: 'several people', whoName: '' } : common, times: 0, kinds: new Map() };
  const counted = minute.counted.get(key) ?? first;
  counted.times += 1;
  counted.kinds.set(what, (counted.kinds.get(what) ?? 0) + 1);
  minute.counted.set(key, counted);
  return true;
}

const MOST_KINDS = 20;

function wordsOf(kinds: ReadonlyMap<string, number>): string {
  const all = [...kinds].map(([what, times]) => `${what} ${times}`);
  return all.length > MOST_KINDS ? `${all.slice(0, MOST_KINDS).join(', ')} and others` : all.join(', ');
}
