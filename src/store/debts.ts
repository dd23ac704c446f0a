import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Debt } from '../core/debt.ts';
import type { Log } from '../core/log.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { debtRecord } from './migrations/debt.ts';
import { readJsonRecord } from './migrations/record-kind.ts';
import { script } from './script.ts';
import { tellOnce } from './unreadable.ts';

/** What runs have left behind that does harm until it is gone. */
export interface Debts {
  /** Written before the debt is made. `fenced`: another attempt has taken over, or the run has ended; nothing was written. */
  record(debt: Debt, epoch: number, audit: AuditFacts): Promise<'recorded' | 'fenced'>;
  /** It is gone. False when it was not known any more. */
  clear(id: string, audit: AuditFacts): Promise<boolean>;
  /** Oldest first. */
  list(): Promise<readonly Debt[]>;
}

const RECORD = `${AUDIT_LUA}
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[5] then return {'fenced'} end
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= '"running"' and state ~= '"cancelling"' then return {'fenced'} end
local kept = redis.call('HGET', KEYS[3], ARGV[6])
if kept and cjson.decode(kept).run == cjson.decode(ARGV[7]).run then return {'recorded'} end
local moved = chained(KEYS[2], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
redis.call('HSET', KEYS[3], ARGV[6], ARGV[7])
return done('recorded')
`;

const CLEAR = `${AUDIT_LUA}
if redis.call('HEXISTS', KEYS[2], ARGV[5]) == 0 then return {'unknown'} end
local moved = chained(KEYS[1], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[1], ARGV[1], ARGV[3], ARGV[4])
redis.call('HDEL', KEYS[2], ARGV[5])
return done('cleared')
`;

const Recorded = z.enum(['recorded', 'fenced']);

/** Debts as one Redis hash, id -> JSON, each change with its line in the audit log. */
export function createDebts(redis: Client, keys: Keys, audit: Audit, log?: Log): Debts {
  const tell = tellOnce(log);
  const readDebt = (id: string, text: string): readonly Debt[] => {
    const read = readJsonRecord(debtRecord, text);
    if ('record' in read) {
      const { version: _, ...debt } = read.record;
      return [debt];
    }
    tell('debt', { id, says: read.says });
    return [];
  };
  const [recordScript, clearScript] = [script(redis, RECORD, 'durable'), script(redis, CLEAR)];
  return {
    async record(debt, epoch, facts) {
      const names = [keys.run(debt.run), keys.audit, keys.debts];
      const args = [String(epoch), debt.id, JSON.stringify({ ...debt, version: debtRecord.version })];
      const [reply] = await audit.commit([facts], ([chain]) => recordScript(names, [...(chain ?? []), ...args]));
      return Recorded.parse(reply);
    },
    async clear(id, facts) {
      const names = [keys.audit, keys.debts];
      const [reply] = await audit.commit([facts], ([chain]) => clearScript(names, [...(chain ?? []), id]));
      return reply === 'cleared';
    },
    async list() {
      const all = Object.entries(await reach(redis.hgetall(keys.debts)));
      return all.flatMap(([id, text]) => readDebt(id, text)).sort((one, other) => one.sinceMs - other.sinceMs);
    },
  };
}
