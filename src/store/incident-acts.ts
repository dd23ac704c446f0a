import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import { asError } from '../core/errors.ts';
import { type IncidentAct, IncidentPost } from '../core/incident-act.ts';
import type { Log } from '../core/log.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Client } from './client.ts';
import { script } from './script.ts';

/** What was folded in of an incident, and what came since. */
export interface NewActs {
  readonly incident: string;
  /** Oldest first; `undefined` for one that this release does not know. */
  readonly acts: readonly (IncidentPost | undefined)[];
}

/** What people and the store itself have done to incidents, in order, for whoever owns them to fold in. */
export interface IncidentActs {
  /** Kept in one step with its audit entry. */
  add(incident: string, act: IncidentAct, audit: AuditFacts): Promise<void>;
  /** Of each incident what came after the first `folded`. */
  since(wanted: readonly { readonly incident: string; readonly folded: number }[]): Promise<readonly NewActs[]>;
}

/** 400 days in milliseconds, as the incidents themselves. */
const KEEP_MS = 400 * 24 * 3_600_000;

const ADD = `${AUDIT_LUA}
local moved = chained(KEYS[2], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
redis.call('RPUSH', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[1], ${KEEP_MS})
return done('kept')
`;

/** ARGV: base, (incident, folded)... */
const SINCE = `
local out = {}
for i = 2, #ARGV, 2 do
  local acts = redis.call('LRANGE', ARGV[1] .. ':acts:' .. ARGV[i], ARGV[i + 1], -1)
  if #acts > 0 then out[#out + 1] = {ARGV[i], acts} end
end
return out
`;

const Rows = z.array(z.tuple([z.string(), z.array(z.string())]));
const NO_CHAIN = ['', '', '', ''] as const;

export function createIncidentActs(redis: Client, prefix: string, audit: Pick<Audit, 'commit'>, log: Log): IncidentActs {
  const base = `{${prefix}}`;
  const [add, since] = [script(redis, ADD), script(redis, SINCE)];
  return {
    async add(incident, act, facts) {
      await audit.commit([facts], ([chain]) =>
        add([`${base}:acts:${incident}`, `${base}:audit`], [...(chain ?? NO_CHAIN), JSON.stringify(act)]),
      );
    },
    async since(wanted) {
      if (wanted.length === 0) return [];
      const args = wanted.flatMap(({ incident, folded }) => [incident, folded]);
      const rows = Rows.parse(await since([`${base}:outbox`], [base, ...args]));
      return rows.map(([incident, texts]) => ({ incident, acts: texts.map((text) => parsed(text, log)) }));
    },
  };
}

function parsed(text: string, log: Log): IncidentPost | undefined {
  try {
    return IncidentPost.parse(JSON.parse(text));
  } catch (error) {
    log.warn('what was done to an incident can not be read', { error: asError(error).message });
    return undefined;
  }
}
