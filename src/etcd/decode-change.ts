import type { DcsChange, DcsRevision } from '../core/dcs-change.ts';
import { asError } from '../core/errors.ts';
import { memberName } from './decode.ts';
import { decodeConfig, decodeFailover, decodeHistory, decodeMember } from './decode-values.ts';
import type { WatchBatch, WatchEvent } from './delivered.ts';

/**
 * One revision of a watch, by scope. A scope is the first path element under the prefix with its slashes: `/service/billing/`.
 * Values that Patroni would not write become `not-understood`; nothing throws.
 */
export function decodeRevision(prefix: string, batch: WatchBatch): DcsRevision {
  const scopes = new Map<string, DcsChange[]>();
  for (const event of batch.events) {
    const slash = event.key.indexOf('/', prefix.length);
    if (slash < 0) continue;
    const scope = event.key.slice(0, slash + 1);
    const change = decodeChange(event.key.slice(slash + 1), event);
    const changes = scopes.get(scope);
    if (changes) changes.push(change);
    else scopes.set(scope, [change]);
  }
  return { revision: batch.revision, scopes: [...scopes].map(([scope, changes]) => ({ scope, changes })) };
}

function decodeChange(path: string, event: WatchEvent): DcsChange {
  try {
    return event.type === 'delete' ? deleted(path) : written(path, event.value);
  } catch (error) {
    return { key: 'not-understood', path, why: asError(error).message };
  }
}

function deleted(path: string): DcsChange {
  const member = /^members\/(.+)$/.exec(path)?.[1];
  if (member) return { key: 'member', name: memberName(member) };
  if (path === 'leader') return { key: 'leader' };
  if (path === 'failover') return { key: 'failover' };
  return { key: 'other', path };
}

function written(path: string, value: string): DcsChange {
  const member = /^members\/(.+)$/.exec(path)?.[1];
  if (member) return { key: 'member', name: memberName(member), member: decodeMember(value) };
  switch (path) {
    case 'leader':
      return value === '' ? { key: 'leader' } : { key: 'leader', name: memberName(value) };
    case 'failover': {
      const failover = decodeFailover(value);
      return { key: 'failover', ...(failover ? { failover } : {}) };
    }
    case 'history':
      return { key: 'history', history: decodeHistory(value) };
    case 'config': {
      const { ttlS, paused } = decodeConfig(value);
      return { key: 'config', ttlS, paused };
    }
    default:
      return { key: 'other', path };
  }
}
