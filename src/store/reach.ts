import { asError, type TrunklineError, unreachable } from '../core/errors.ts';
import { networkClause } from '../core/network-clause.ts';

/**
 * Passes an answer of Redis on; no answer becomes an Unreachable that says what goes on without it, and so does a refusal of the
 * server that the person who runs it can end. Anything else that Redis answered with stays as it is.
 */
export async function reach<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') throw refusedBy(error) ?? error;
    const hint = 'Nothing is known to be changed. Reading clusters goes on; no change starts until Redis answers.';
    throw unreachable(`Redis does not answer: ${clauseOf(error)}`, hint, error);
  }
}

/** The words of ioredis speak of its options. */
function clauseOf(error: unknown): string {
  const { message } = asError(error);
  if (/max retries per request|Connection is closed|Stream isn't writeable|None of startup nodes|isn't ready/i.test(message))
    return 'there is no connection';
  if (/Command timed out/i.test(message)) return 'no answer in time';
  return networkClause(error) ?? message;
}

/** What a server answers with that stores nothing (Redis manual, error codes), with why and what ends it. */
const REFUSED: readonly (readonly [RegExp, string, string])[] = [
  [/^OOM\b/, 'Redis is full: it has reached maxmemory', 'Raise maxmemory in redis.conf, or lower redis.keepRuns here.'],
  [
    /^READONLY\b|^UNBLOCKED\b|You can't write against a read only replica/,
    'this Redis is a replica and takes no writes',
    'Point `redis` in the configuration at the primary, or at the Sentinels, which know it.',
  ],
  [/^MISCONF\b/, 'Redis can not write to its disk', 'Look at the disk and the log of the Redis server.'],
  [
    /^NOREPLICAS\b/,
    'Redis has fewer replicas than its min-replicas-to-write asks for',
    'Look at INFO replication of the primary.',
  ],
  [/^LOADING\b/, 'Redis is still loading its data', 'Wait until it is done.'],
  [/^(CLUSTERDOWN|MOVED|ASK|TRYAGAIN)\b/, 'the Redis Cluster is changing or misses a slot', 'Look at CLUSTER INFO.'],
  [
    /^NOPERM\b|can't run this command|No permissions to access a key/i,
    'the login of Trunkline at Redis lacks a right',
    'Allow it all commands on its keys and `+@scripting +info +config|get +wait` (ACL SETUSER).',
  ],
  [/^(NOAUTH|WRONGPASS)\b/, 'Redis refuses the login', 'Correct redis.username and redis.password in the configuration.'],
];

function refusedBy(error: Error): TrunklineError | undefined {
  const found = REFUSED.find(([pattern]) => pattern.test(error.message));
  if (!found) return undefined;
  const [, why, hint] = found;
  const said = error.message.replace(/\s*script:.*$/s, '').slice(0, 200);
  return unreachable(`${why} (${said})`, `Nothing was changed. ${hint}`, error);
}
