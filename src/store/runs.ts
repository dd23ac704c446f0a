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
import { script } from './script.ts';
import { readStoredRun, runFields, type StoredRun } from './stored-run.ts';
import { cannotRead, tellOnce, type UnreadableRecord } from './unreadable.ts';

/** What to change of a run, with its line in the audit log; a change of state without one is a bug. */
export interface Change {
  readonly patch: Partial<Omit<Run, 'id' | 'version' | 'revision' | 'votes'>>;
  /** Fields that no longer hold. */
  readonly clear?: readonly ('why' | 'report' | 'endedAtMs')[];
  readonly audit?: AuditFacts;
}

export interface RunFilter {
  readonly cluster?: string;
  readonly open?: boolean;
  readonly limit: number;
}

interface RunsNeeds {
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log?: Log | undefined;
}

type Readable = Extract<StoredRun, { run: Run }>;

export interface Runs {
  /** Stores a new run and its audit entry at once. @throws a Bug when the id is taken. */
  create(run: Run, audit: AuditFacts): Promise<void>;
  /** @throws Refusal for one that this release can't read; so does `change`. */
  get(id: string): Promise<Run | undefined>;
  /** Newest first. */
  list(filter: RunFilter): Promise<readonly Run[]>;
  /** Those of the same list that this release can't read; they are left as they are. */
  unreadable(filter: RunFilter): Promise<readonly UnreadableRecord[]>;
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
  const [createScript, silentChange] = [script(redis, CREATE, 'durable'), script(redis, CHANGE)];
  const changeScript = script(redis, CHANGE, 'durable');
  const tell = tellOnce(log);
  const stored = async (id: string) => readStoredRun(id, await reach(redis.hgetall(keys.run(id))));
  const readable = async (id: string) => {
    const found = await stored(id);
    if (found && 'unreadable' in found) throw cannotRead('run', found.unreadable);
    return found;
  };

  const write = async ({ run, migrated }: Readable, change: Change): Promise<string> => {
    const { patch, clear = [], audit: facts } = change;
    const closes = patch.state !== undefined && isFinal(patch.state) ? '1' : '';
    const startsBefore = run.state === 'queued' && patch.state === 'running' ? String(run.expiresAtMs) : '';
    const names = [keys.run(run.id), keys.audit, keys.openRuns];
    const { revision: _, votes: __, ...whole } = run;
    const written = runFields(migrated ? { ...whole, ...patch } : patch);
    const args = [String(run.revision), run.id, closes, JSON.stringify(clear), startsBefore, ...written];
    const [reply] = facts
      ? await audit.commit([facts], ([chain]) => changeScript(names, [...(chain ?? NO_AUDIT), ...args]))
      : z.array(z.string()).parse(await silentChange(names, [...NO_AUDIT, ...args]));
    return reply ?? '';
  };

  /** Those that can be read, and those that can't. */
  const both = async ({ cluster, open, limit }: RunFilter) => {
    const index = open ? keys.openRuns : cluster === undefined ? keys.recentRuns : keys.runsOf(cluster);
    const wide = open && cluster !== undefined ? -1 : limit - 1;
    const found = await Promise.all((await reach(redis.zrevrange(index, 0, wide))).map(stored));
    const runs = found.flatMap((one) => (one && 'run' in one ? [runAsOf(one.run, clock.now())] : []));
    const unreadable = found.flatMap((one) => (one && 'unreadable' in one ? [one.unreadable] : []));
    for (const one of unreadable) tell('run', one);
    const about = (one: { readonly cluster: string | undefined }) => cluster === undefined || one.cluster === cluster;
    return { runs: runs.filter(about).slice(0, limit), unreadable: unreadable.filter(about) };
  };

  return {
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
    list: async (filter) => (await both(filter)).runs,
    unreadable: async (filter) => (await both(filter)).unreadable,
    async change(id, decide) {
      for (let laterMs = 0; ; ) {
        const found = await readable(id);
        if (!found) return undefined;
        const run = runAsOf(found.run, Math.max(clock.now(), laterMs));
        const change = legal(found.run, decide(run));
        if (!change) return { run, changed: false };
        const reply = await write(found, change);
        if (reply === 'ok') return { run: patched(found.run, change), changed: true };
        // By the clock of Redis its time has passed: this machine's clock is behind, and decides nothing.
        if (reply === 'late') laterMs = found.run.expiresAtMs;
      }
    },
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
