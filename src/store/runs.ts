import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import { bug } from '../core/errors.ts';
import { Run } from '../core/run.ts';
import { runAsOf } from '../core/run-as-of.ts';
import { assertMove, isFinal } from '../core/run-state.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

/** What to change of a run, with its line in the audit log; a change of state without one is a bug. */
export interface Change {
  readonly patch: Partial<Omit<Run, 'id' | 'version' | 'revision' | 'votes'>>;
  /** Fields that no longer hold. */
  readonly clear?: readonly ('why' | 'report' | 'endedAtMs')[];
  readonly audit?: AuditFacts;
}

export interface Runs {
  /** Stores a new run and its audit entry at once. @throws a Bug when the id is taken. */
  create(run: Run, audit: AuditFacts): Promise<void>;
  get(id: string): Promise<Run | undefined>;
  /** Newest first. */
  list(filter: { readonly cluster?: string; readonly open?: boolean; readonly limit: number }): Promise<readonly Run[]>;
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
if ARGV[4] ~= '' then
  local moved = chained(KEYS[2], ARGV[1], ARGV[2])
  if moved then return moved end
  append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
end
for _, field in ipairs(cjson.decode(ARGV[8])) do redis.call('HDEL', KEYS[1], field) end
redis.call('HSET', KEYS[1], unpack(ARGV, 9))
redis.call('HINCRBY', KEYS[1], 'revision', 1)
if ARGV[7] ~= '' then redis.call('ZREM', KEYS[3], ARGV[6]) end
return done('ok')
`;

const NO_AUDIT = ['', '', '', ''] as const;

/** Runs as Redis hashes, one field for each key of the record, each field JSON: scripts change a field without touching others. */
export function createRuns(redis: Redis, keys: Keys, { audit, clock }: { readonly audit: Audit; readonly clock: Clock }): Runs {
  const [createScript, changeScript] = [script(redis, CREATE), script(redis, CHANGE)];
  const raw = async (id: string) => parseRun(id, await reach(redis.hgetall(keys.run(id))));
  const asOfNow = (run: Run | undefined) => run && runAsOf(run, clock.now());

  const write = async (run: Run, { patch, clear = [], audit: facts }: Change): Promise<boolean> => {
    const closes = patch.state !== undefined && isFinal(patch.state) ? '1' : '';
    const names = [keys.run(run.id), keys.audit, keys.openRuns];
    const args = [String(run.revision), run.id, closes, JSON.stringify(clear), ...fields(patch)];
    const [reply] = facts
      ? await audit.commit([facts], ([chain]) => changeScript(names, [...(chain ?? NO_AUDIT), ...args]))
      : z.array(z.string()).parse(await changeScript(names, [...NO_AUDIT, ...args]));
    return reply === 'ok';
  };

  return {
    async create(run, facts) {
      const args = [run.id, String(run.createdAtMs), ...fields(Run.parse(run))];
      const names = [keys.run(run.id), keys.audit, keys.recentRuns, keys.openRuns, keys.runsOf(run.cluster)];
      const [reply] = await audit.commit([facts], ([chain]) => createScript(names, [...(chain ?? NO_AUDIT), ...args]));
      if (reply !== 'ok') throw bug(`the run id ${run.id} is taken`);
    },
    async get(id) {
      return asOfNow(await raw(id));
    },
    async list({ cluster, open, limit }) {
      const index = open ? keys.openRuns : cluster === undefined ? keys.recentRuns : keys.runsOf(cluster);
      const wide = open && cluster !== undefined ? -1 : limit - 1;
      const found = await Promise.all((await reach(redis.zrevrange(index, 0, wide))).map(raw));
      return found
        .map(asOfNow)
        .filter((run) => run !== undefined)
        .filter((run) => cluster === undefined || run.cluster === cluster)
        .slice(0, limit);
    },
    async change(id, decide) {
      for (;;) {
        const stored = await raw(id);
        if (!stored) return undefined;
        const run = runAsOf(stored, clock.now());
        const change = legal(stored, decide(run));
        if (!change) return { run, changed: false };
        if (await write(stored, change)) return { run: patched(stored, change), changed: true };
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

function fields(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .flatMap(([key, value]) => [key, JSON.stringify(value)]);
}

function parseRun(id: string, hash: Readonly<Record<string, string>>): Run | undefined {
  if (Object.keys(hash).length === 0) return undefined;
  const parsed = Run.safeParse(Object.fromEntries(Object.entries(hash).map(([key, text]) => [key, JSON.parse(text)])));
  if (!parsed.success) throw bug(`the stored run ${id} cannot be read`, parsed.error);
  return parsed.data;
}
