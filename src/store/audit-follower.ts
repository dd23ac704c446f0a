import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type AuditHead, GENESIS, type SealedEntry } from '../core/audit-entry.ts';
import { entriesOf } from './audit.ts';
import type { Client } from './client.ts';
import { isCluster } from './is-cluster.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

/** How far files have got. */
export interface Filed {
  readonly any: AuditHead | undefined;
  readonly mine: AuditHead | undefined;
  readonly problem: string | undefined;
}

/** The audit chain as the writers of files follow it; see `audit/follower.ts` for what each part promises. */
export interface AuditFollower {
  readonly leaseMs: number;
  lease(): Promise<boolean>;
  release(): Promise<void>;
  after(seq: number, waitMs: number): Promise<readonly SealedEntry[]>;
  entry(seq: number): Promise<SealedEntry | undefined>;
  head(): Promise<AuditHead>;
  filed(): Promise<Filed>;
  markFiled(head: AuditHead): Promise<boolean>;
  tell(problem: string | undefined): Promise<void>;
  interrupt(): void;
}

const LEASE = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;
const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;
/** The furthest entry is never moved back: a writer on another host begins where its own file ends. */
const MARK = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
local any = redis.call('HGET', KEYS[2], 'any')
if not any or cjson.decode(any).seq < cjson.decode(ARGV[3]).seq then redis.call('HSET', KEYS[2], 'any', ARGV[3]) end
return 1
`;

const LEASE_MS = 6000;
const PROBLEM_MS = 10_000;
const MOST = 500;
const Head = z.object({ seq: z.number().int(), hash: z.string() });
const Read = z.array(z.tuple([z.string(), z.array(z.unknown())])).nullable();

/**
 * Follows the chain on a connection of its own, which waits for entries.
 * @param file names the file among all files of all hosts: the host and the path.
 */
export function createAuditFollower(redis: Client, keys: Keys, file: string): AuditFollower {
  const me = randomUUID();
  const [lease, release, mark] = [script(redis, LEASE), script(redis, RELEASE), script(redis, MARK)];
  let waiter: Client | undefined;
  const waiting = () => {
    if (waiter) return waiter;
    const copy = isCluster(redis) ? redis.duplicate() : redis.duplicate();
    // The connection that it was copied from tells of the same trouble.
    copy.on('error', () => undefined);
    waiter = copy;
    return copy;
  };
  const entry = async (seq: number) => entriesOf(await reach(redis.xrange(keys.audit, `${seq}-0`, `${seq}-0`)))[0];
  return {
    leaseMs: LEASE_MS,
    lease: async () => (await lease([keys.auditLease], [me, LEASE_MS])) === 1,
    async release() {
      await release([keys.auditLease], [me]);
    },
    async after(seq, waitMs) {
      const answer = reach(waiting().xread('COUNT', MOST, 'BLOCK', waitMs, 'STREAMS', keys.audit, `${seq}-0`));
      return entriesOf(Read.parse(await answer)?.[0]?.[1] ?? []);
    },
    entry,
    async head() {
      const [last] = entriesOf(await reach(redis.xrevrange(keys.audit, '+', '-', 'COUNT', 1)));
      return last ?? GENESIS;
    },
    async filed() {
      const [[any, mine], problem] = await Promise.all([
        reach(redis.hmget(keys.auditFiled, 'any', file)),
        reach(redis.get(keys.auditProblem)),
      ]);
      return { any: headOf(any), mine: headOf(mine), problem: problem ?? undefined };
    },
    async markFiled({ seq, hash }) {
      return (await mark([keys.auditLease, keys.auditFiled], [me, file, JSON.stringify({ seq, hash })])) === 1;
    },
    async tell(problem) {
      if (problem === undefined) await reach(redis.del(keys.auditProblem));
      else await reach(redis.set(keys.auditProblem, problem, 'PX', PROBLEM_MS));
    },
    interrupt() {
      waiter?.disconnect();
      waiter = undefined;
    },
  };
}

function headOf(text: string | null | undefined): AuditHead | undefined {
  return text ? Head.parse(JSON.parse(text)) : undefined;
}
