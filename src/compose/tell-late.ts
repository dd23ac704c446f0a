import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Announcer } from './announcer.ts';
import type { ChatParts } from './build-chat.ts';
import type { StoreParts } from './build-store.ts';
import { createLatePosts, type LatePostsNeeds } from './late-posts.ts';

interface Needs {
  readonly config: Config;
  readonly stored: Pick<StoreParts, 'store' | 'guard'>;
  readonly chats: Pick<ChatParts, 'chat' | 'word'>;
  readonly announce: Announcer;
  readonly keepLog: LatePostsNeeds['keepLog'];
  readonly clock: Clock;
  readonly log: Log;
}

const EVERY_MS = 5000;

/** What happened while Slack was away is shown when it is back. Returns how to stop. */
export function tellLate({ config, stored: { store, guard }, chats, announce, keepLog, clock, log }: Needs): () => void {
  const isConnected = () => (config.slack.mode === 'socket' ? chats.chat.health().open > 0 : !chats.word.isAway());
  const late = createLatePosts({ ...store, announce, keepLog, canPost: () => guard.says().ok && isConnected(), clock, log });
  return clock.every(EVERY_MS, late, (error) =>
    log.warn('what was not shown could not be looked up', { why: asError(error).message }),
  );
}
