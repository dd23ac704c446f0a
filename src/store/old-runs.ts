import { z } from 'zod';
import { isFinal } from '../core/run-state.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';
import { readStoredRun } from './stored-run.ts';

/** Only while nobody has changed it since it was looked at, and never one that is open. */
const FORGET = `
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
if redis.call('ZSCORE', KEYS[5], ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
return 1
`;

const PAGE = 200;

/**
 * Forgets runs that ended before a moment, with their journals and their places in the indexes. What is open stays for ever:
 * halted runs, emergencies that nobody has reviewed, runs with a debt; so does the audit log, and what this release can't read.
 * @returns how many were forgotten.
 */
export function createOldRuns(redis: Client, keys: Keys): (beforeMs: number, owing: ReadonlySet<string>) => Promise<number> {
  const forgetScript = script(redis, FORGET);

  const forget = async (id: string, beforeMs: number, owing: ReadonlySet<string>): Promise<boolean> => {
    const stored = readStoredRun(id, await reach(redis.hgetall(keys.run(id))));
    if (!stored || 'unreadable' in stored || owing.has(id)) return false;
    const { state, endedAtMs, createdAtMs, breakGlass, cluster, revision } = stored.run;
    if (!isFinal(state) || (endedAtMs ?? createdAtMs) >= beforeMs || (breakGlass && !breakGlass.review)) return false;
    const names = [keys.run(id), keys.journal(id), keys.recentRuns, keys.runsOf(cluster), keys.openRuns];
    return (await forgetScript(names, [id, revision])) === 1;
  };

  return async (beforeMs, owing) => {
    let forgotten = 0;
    for (let kept = 0; ; ) {
      const page = z
        .array(z.string())
        .parse(await reach(redis.zrangebyscore(keys.recentRuns, '-inf', `(${beforeMs}`, 'LIMIT', kept, PAGE)));
      let gone = 0;
      for (const id of page) gone += (await forget(id, beforeMs, owing)) ? 1 : 0;
      forgotten += gone;
      kept += page.length - gone;
      if (page.length < PAGE) return forgotten;
    }
  };
}
