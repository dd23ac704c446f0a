import type { Dcs } from '../core/cluster.ts';
import { asError } from '../core/errors.ts';
import { decodePermanentSlots } from './decode-slots.ts';
import {
  decodeConfig,
  decodeFailover,
  decodeFailsafe,
  decodeHistory,
  decodeMember,
  decodeOptime,
  decodeSync,
} from './decode-values.ts';

/** What a scope's keys say, and which of them could not be understood, each as a clause such as `history: not JSON`. */
export interface DecodedScope {
  readonly dcs: Dcs;
  readonly notUnderstood: readonly string[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface Draft extends Omit<Writable<Dcs>, 'members'> {
  members: Record<string, Dcs['members'][string]>;
}

/**
 * The keys of one Patroni scope as `Dcs` (patroni/dcs/__init__.py). Accepts Patroni 3.0 and 4.x and the older forms. A value that
 * is not what Patroni writes is left out and named; it never spoils the rest.
 * @param prefix the scope with its slashes: `/service/billing/`.
 */
export function decodeScope(
  prefix: string,
  read: { readonly revision: number; readonly entries: readonly { readonly key: string; readonly value: string }[] },
): DecodedScope {
  const draft: Draft = {
    revision: String(read.revision),
    members: Object.create(null) as Draft['members'],
    history: [],
    failsafe: [],
    config: decodeConfig('{}'),
  };
  const notUnderstood: string[] = [];
  for (const { key, value } of read.entries) {
    if (!key.startsWith(prefix)) continue;
    const path = key.slice(prefix.length);
    try {
      put(draft, path, value);
    } catch (error) {
      notUnderstood.push(`${path.slice(0, 80)}: ${asError(error).message}`);
    }
  }
  return { dcs: { ...draft, members: { ...draft.members } }, notUnderstood };
}

function put(draft: Draft, path: string, value: string): void {
  const member = /^members\/(.+)$/.exec(path)?.[1];
  if (member) draft.members[memberName(member)] = decodeMember(value);
  else if (Object.hasOwn(KEYS, path)) KEYS[path]?.(draft, value);
}

/** Member names are shown and compared: no control characters, no absurd length. */
export function memberName(text: string): string {
  if (text.length > 128 || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) throw new Error('not a member name');
  return text;
}

const KEYS: Readonly<Record<string, ((draft: Draft, value: string) => void) | undefined>> = {
  leader(draft, value) {
    if (value !== '') draft.leader = memberName(value);
  },
  initialize(draft, value) {
    if (value === '') return;
    if (!/^\d{1,20}$/.test(value)) throw new Error('not a system identifier');
    draft.systemId = value;
  },
  history(draft, value) {
    draft.history = decodeHistory(value);
  },
  failover(draft, value) {
    const failover = decodeFailover(value);
    if (failover) draft.failover = failover;
  },
  sync(draft, value) {
    const sync = decodeSync(value);
    if (sync) draft.sync = sync;
  },
  status(draft, value) {
    const optime = decodeOptime(value);
    if (optime !== undefined) draft.optimeLsn = optime;
  },
  'optime/leader'(draft, value) {
    const optime = decodeOptime(value);
    if (optime !== undefined) draft.optimeLsn ??= optime;
  },
  failsafe(draft, value) {
    draft.failsafe = decodeFailsafe(value);
  },
  config(draft, value) {
    draft.config = decodeConfig(value);
    draft.permanentSlots = decodePermanentSlots(value);
  },
};
