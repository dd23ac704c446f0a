import type { Cluster, Redis } from 'ioredis';
import { z } from 'zod';
import { asError, refusal, TrunklineError } from '../core/errors.ts';
import { isCluster } from './is-cluster.ts';
import { reach } from './reach.ts';
import { readServerFacts } from './server-facts.ts';

const Settings = z.object({ 'maxmemory-policy': z.string(), appendonly: z.string(), appendfsync: z.string() });

/**
 * Refuses a Redis that can forget, and one that takes no writes: requests, votes, journals and the audit log live there. A demo
 * waives only the fsync of every write. Of a Cluster every primary is checked.
 * @throws Refusal that names the setting, its value and the command that corrects it; Unreachable when it does not answer.
 */
export async function checkRedis(redis: Redis | Cluster, { demo }: { readonly demo: boolean }): Promise<void> {
  for (const node of isCluster(redis) ? redis.nodes('master') : [redis]) {
    const problem = findProblem(await readSettings(node), demo);
    if (problem) throw problem;
    const { role } = await reach(readServerFacts(node));
    if (role !== 'master') throw replica(role);
  }
}

function replica(role: string): TrunklineError {
  return refusal(
    `Redis is a read-only replica (its role is ${role}), so nothing can be recorded there`,
    'Point `redis` in the configuration at the primary, or at the Sentinels, which know it.',
  );
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
    const answer: unknown = await reach(redis.config('GET', name));
    const value = Array.isArray(answer) ? answer[1] : Object.values(z.record(z.string(), z.unknown()).parse(answer))[0];
    return z.string().parse(value);
  } catch (error) {
    if (error instanceof TrunklineError && !/^NOPERM|unknown command/i.test(asError(error.cause).message)) throw error;
    throw refusal(
      `Redis does not tell its setting ${name}: ${asError(error).message}`,
      'Allow CONFIG GET for this login (ACL `+config|get`), so that Trunkline can check that nothing is evicted or lost.',
    );
  }
}
