import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import { bug } from '../core/errors.ts';
import { MaintenanceLock } from '../core/maintenance.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

type Facts = Omit<AuditFacts, 'result'>;

export interface Maintenance {
  /** The lock that counts now. */
  of(cluster: string): Promise<MaintenanceLock | undefined>;
  /**
   * Takes the lock in one step with its audit entry, or takes one's own anew. Resolves with the lock of somebody else that is in the
   * way, and then nothing is changed.
   */
  take(lock: MaintenanceLock, audit: Facts): Promise<MaintenanceLock | undefined>;
  /**
   * Ends the lock in one step with its audit entry; of somebody else only when `anybodys`. `none`: there is no lock that counts,
   * `held`: it is somebody else's.
   */
  release(
    cluster: string,
    by: { readonly userId: string; readonly anybodys: boolean },
    audit: Facts,
  ): Promise<'released' | 'held' | 'none'>;
}

/** `held` is the lock that counts, by the later of the caller's clock and the server's, so that a frozen caller can't keep one alive. */
const HELD = `
local time = redis.call('TIME')
local now = math.max(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), tonumber(ARGV[5]))
local text = redis.call('GET', KEYS[1])
local held = text and cjson.decode(text)
if held and held.untilMs <= now then held = nil end
`;

const TAKE = `${AUDIT_LUA}${HELD}
if held and held.holder.userId ~= ARGV[6] then return {'held', text} end
local moved = chained(KEYS[2], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
redis.call('SET', KEYS[1], ARGV[7])
return done('taken')
`;

const RELEASE = `${AUDIT_LUA}${HELD}
if not held then return {'none'} end
if held.holder.userId ~= ARGV[6] and ARGV[7] ~= '1' then return {'held'} end
local moved = chained(KEYS[2], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
redis.call('DEL', KEYS[1])
return done('released')
`;

const Released = z.enum(['released', 'held', 'none']);
const NO_CHAIN = ['', '', '', ''] as const;

/** One lock a cluster, kept as its record; what is over by its stored time counts no more, and the next one takes its place. */
export function createMaintenance(
  redis: Client,
  keys: Keys,
  { audit, clock }: { readonly audit: Audit; readonly clock: Clock },
): Maintenance {
  const [take, release] = [script(redis, TAKE, 'durable'), script(redis, RELEASE)];
  return {
    async of(cluster) {
      const text = await reach(redis.get(keys.maintenance(cluster)));
      const lock = text === null ? undefined : parse(text);
      return lock && clock.now() < lock.untilMs ? lock : undefined;
    },
    async take(lock, facts) {
      const names = [keys.maintenance(lock.cluster), keys.audit];
      const args = [String(clock.now()), lock.holder.userId, JSON.stringify(MaintenanceLock.parse(lock))];
      const [word, text] = await audit.commit([{ ...facts, result: 'locked' }], ([chain]) =>
        take(names, [...(chain ?? NO_CHAIN), ...args]),
      );
      if (word === 'taken') return undefined;
      if (word !== 'held' || typeof text !== 'string') throw bug(`the lock of ${lock.cluster} was answered with ${word}`);
      return parse(text);
    },
    async release(cluster, { userId, anybodys }, facts) {
      const names = [keys.maintenance(cluster), keys.audit];
      const args = [String(clock.now()), userId, anybodys ? '1' : ''];
      const [word] = await audit.commit([{ ...facts, result: 'unlocked' }], ([chain]) =>
        release(names, [...(chain ?? NO_CHAIN), ...args]),
      );
      return Released.parse(word);
    },
  };
}

function parse(text: string): MaintenanceLock {
  return MaintenanceLock.parse(JSON.parse(text));
}
