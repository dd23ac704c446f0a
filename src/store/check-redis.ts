import type { Redis } from 'ioredis';
import { z } from 'zod';
import { asError, refusal, type TrunklineError } from '../core/errors.ts';

const Settings = z.object({ 'maxmemory-policy': z.string(), appendonly: z.string(), appendfsync: z.string() });

/**
 * Refuses a Redis that can forget: requests, votes, journals and the audit log live there. A demo waives only the fsync of every
 * write.
 * @throws Refusal that names the setting, its value and the command that corrects it.
 */
export async function checkRedis(redis: Redis, { demo }: { readonly demo: boolean }): Promise<void> {
  const problem = findProblem(await readSettings(redis), demo);
  if (problem) throw problem;
}

function findProblem(settings: z.output<typeof Settings>, demo: boolean): TrunklineError | undefined {
  const { 'maxmemory-policy': policy, appendonly, appendfsync } = settings;
  if (policy !== 'noeviction')
    return refusal(
      `Redis evicts: maxmemory-policy is ${policy}, so it may drop approvals, journals and the audit log when memory is short`,
      'Set `maxmemory-policy noeviction` in redis.conf (or CONFIG SET and CONFIG REWRITE) and start again.',
    );
  if (appendonly !== 'yes')
    return refusal(
      'Redis does not persist: appendonly is no, so a restart would lose approvals, journals and the audit log',
      'Set `appendonly yes` and `appendfsync always` in redis.conf and start again.',
    );
  if (appendfsync !== 'always' && !demo)
    return refusal(
      `Redis can lose the last writes: appendfsync is ${appendfsync}, so a crash could forget that a step was started`,
      'Set `appendfsync always` in redis.conf and start again; only a demo (`redis.demo: true`) may do without.',
    );
  return undefined;
}

async function readSettings(redis: Redis): Promise<z.output<typeof Settings>> {
  const entries: [string, string][] = [];
  for (const name of Object.keys(Settings.shape)) entries.push([name, await readSetting(redis, name)]);
  return Settings.parse(Object.fromEntries(entries));
}

async function readSetting(redis: Redis, name: string): Promise<string> {
  try {
    const answer: unknown = await redis.config('GET', name);
    const value = Array.isArray(answer) ? answer[1] : Object.values(z.record(z.string(), z.unknown()).parse(answer))[0];
    return z.string().parse(value);
  } catch (error) {
    throw refusal(
      `Redis does not tell its setting ${name}: ${asError(error).message}`,
      'Allow CONFIG GET for this login (ACL `+config|get`), so that Trunkline can check that nothing is evicted or lost.',
    );
  }
}
