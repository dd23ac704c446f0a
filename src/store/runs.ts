import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import { bug } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { Run } from '../core/run.ts';
import { runAsOf } from '../core/run-as-of.ts';
import { assertMove, isFinal } from '../core/run-state.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { createRunLists, type RunLists } from './run-lists.ts';
import { script } from './script.ts';
import { readStoredRun, runFields, type StoredRun } from './stored-run.ts';
import { cannotRead } from './unreadable.ts';

/** What to change of a run, with its line in the audit log; a change of state without one is a bug. */
export interface Change {
  readonly patch: Partial<Omit<Run, 'id' | 'version' | 'revision' | 'votes'>>;
  /** Fields that no longer hold. */
  readonly clear?: readonly ('why' | 'report' | 'endedAtMs')[];
  readonly audit?: AuditFacts;
}

interface RunsNeeds {
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log?: Log | undefined;
}

type Readable = Extract<StoredRun, { run: Run }>;

export interface Runs extends RunLists {
  /** Stores a new run and its audit entry at once. @throws a Bug when the id is taken. */
  create(run: Run, audit: AuditFacts): Promise<void>;
  /** @throws Refusal for one that this release can't read; so does `change`. */
  get(id: string): Promise<Run | undefined>;
  /**
   * Compare-and-set by revision: `decide` sees the run as it counts now and is asked again when somebody was faster; `undefined`
   * changes nothing. Resolves with the run as it is afterwards, `undefined` when there is none.
   * @throws a Bug for a move that the table of states forbids.
   */
  change(
    id: string,
    decide: (run: Run) => Change | undefined,
  ): Promise<{ readonly run: Run; readonly changed: boolean } | undefined>;
}

const CREATE = `${AUDIT_LUA}
if redis.call('EXISTS', KEYS[1]) == 1 then return {'exists'} end
local moved = chained(KEYS[2], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
redis.call('HSET', KEYS[1], unpack(ARGV, 7))
for i = 3, 5 do redis.call('ZADD', KEYS[i], ARGV[6], ARGV[5]) end
return done('ok')
`;

const CHANGE = `${AUDIT_LUA}
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[5] then return {'conflict'} end
if ARGV[9] ~= '' then
  local time = redis.call('TIME')
  if tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) >= tonumber(ARGV[9]) then return {'late'} end
end
if ARGV[4] ~= '' then
  local moved = chained(KEYS[2], ARGV[1], ARGV[2])
  if moved then return moved end
  append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
end
for _, field in ipairs(cjson.decode(ARGV[8])) do redis.call('HDEL', KEYS[1], field) end
redis.call('HSET', KEYS[1], unpack(ARGV, 10))
redis.call('HINCRBY', KEYS[1], 'revision', 1)
if ARGV[7] ~= '' then redis.call('ZREM', KEYS[3], ARGV[6]) end
return done('ok')
`;

const NO_AUDIT = ['', '', '', ''] as const;

/** Runs as Redis hashes, one field for each key of the record, each field JSON: scripts change a field without touching others. */
export function createRuns(redis: Client, keys: Keys, { audit, clock, log }: RunsNeeds): Runs {
  const createScript = script(redis, CREATE, 'durable');
  const write = createWrite(redis, keys, audit);
  const readable = async (id: string) => {
    const found = readStoredRun(id, await reach(redis.hgetall(keys.run(id))));
    if (found && 'unreadable' in found) throw cannotRead('run', found.unreadable);
    return found;
  };

  return {
    ...createRunLists(redis, keys, { clock, log }),
    async create(run, facts) {
      const args = [run.id, String(run.createdAtMs), ...runFields(Run.parse(run))];
      const names = [keys.run(run.id), keys.audit, keys.recentRuns, keys.openRuns, keys.runsOf(run.cluster)];
      const [reply] = await audit.commit([facts], ([chain]) => createScript(names, [...(chain ?? NO_AUDIT), ...args]));
      if (reply !== 'ok') throw bug(`the run id ${run.id} is taken`);
    },
    async get(id) {
      const found = await readable(id);
      return found && runAsOf(found.run, clock.now());
    },
    async change(id, decide) {
      let found = await readable(id);
      for (let laterMs = 0; found; found = await readable(id)) {
        const run = runAsOf(found.run, Math.max(clock.now(), laterMs));
        const change = legal(found.run, decide(run));
        const reply = change && (await write(found, change));
        if (!change) return { run, changed: false };
        if (reply === 'ok') return { run: patched(found.run, change), changed: true };
        // By the clock of Redis its time has passed: this machine's clock is behind, and decides nothing.
        if (reply === 'late') laterMs = found.run.expiresAtMs;
      }
      return undefined;
    },
  };
}

/** One try: `ok`, `conflict` (somebody was faster) or `late` (its time for the start has passed by the clock of Redis). */
function createWrite(redis: Client, keys: Keys, audit: Audit): (stored: Readable, change: Change) => Promise<string | undefined> {
  const [silent, audited] = [script(redis, CHANGE), script(redis, CHANGE, 'durable')];
  return async ({ run, migrated }, { patch, clear = [], audit: facts }) => {
    const closes = patch.state !== undefined && isFinal(patch.state) ? '1' : '';
    const startsBefore = run.state === 'queued' && patch.state === 'running' ? String(run.expiresAtMs) : '';
    const { revision: _, votes: __, ...whole } = run;
    const written = runFields(migrated ? { ...whole, ...patch } : patch);
    const names = [keys.run(run.id), keys.audit, keys.openRuns];
    const args = [String(run.revision), run.id, closes, JSON.stringify(clear), startsBefore, ...written];
    if (!facts) return z.array(z.string()).parse(await silent(names, [...NO_AUDIT, ...args]))[0];
    const [reply] = await audit.commit([facts], ([chain]) => audited(names, [...(chain ?? NO_AUDIT), ...args]));
    return reply;
  };
}

function patched(run: Run, { patch, clear = [] }: Change): Run {
  const kept = Object.fromEntries(Object.entries(run).filter(([key]) => !clear.some((field) => field === key)));
  return { ...Run.parse(kept), ...patch, revision: run.revision + 1 };
}

/** `undefined` when there is nothing to do, also when two write the same end at once. @throws a Bug for a forbidden change. */
function legal({ state: from }: Run, change: Change | undefined): Change | undefined {
  const to = change?.patch.state;
  if (to === undefined || (to === from && isFinal(from))) return to === undefined ? change : undefined;
  if (!change?.audit) throw bug(`a change to ${to} has no audit entry`);
  if (to !== from) assertMove(from, to);
  return change;
}
