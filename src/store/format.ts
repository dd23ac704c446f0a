import { z } from 'zod';
import { refusal } from '../core/errors.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/** Of the whole store. Counted up when a release writes what the one before can't work with: 2 with version 2 of runs. */
export const STORE_FORMAT = 2;

/** Raises the store's number to ours and answers with the one that holds. */
const CLAIM = `
local stored = tonumber(redis.call('GET', KEYS[1]) or '1')
if stored < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1])
  return tonumber(ARGV[1])
end
return stored
`;

/**
 * Marks the store as written by this release.
 * @throws Refusal when a later release has written to it: this one would not understand all runs.
 */
export function createFormatClaim(redis: Client, keys: Keys): () => Promise<void> {
  const claim = script(redis, CLAIM, 'durable');
  return async () => {
    const stored = z.number().parse(await claim([keys.format], [STORE_FORMAT]));
    if (stored <= STORE_FORMAT) return;
    throw refusal(
      `a newer release of Trunkline has written to this Redis (format ${stored}; this release knows ${STORE_FORMAT})`,
      "Install that release here too, or give this one another redis.prefix. 'Going back to an older release' in docs/when-things-go-wrong.md says what is lost otherwise.",
    );
  };
}
