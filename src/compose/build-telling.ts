import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Run } from '../core/run.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { CouldApprove, Messenger } from '../runs/needs.ts';
import type { Store } from '../store/store.ts';
import { type Announcer, createAnnouncer } from './announcer.ts';
import { createBreakGlassPosting } from './break-glass-posting.ts';
import type { ChatParts } from './build-chat.ts';
import { createCopyDesk } from './copy-desk.ts';
import { createCouldApprove } from './could-approve.ts';
import { createMessenger } from './messenger.ts';

/** How people hear of runs. */
export interface Telling {
  readonly announce: Announcer;
  readonly messenger: Messenger;
  readonly couldApprove: CouldApprove;
  readonly linkTo: (run: Run) => Promise<string | undefined>;
}

interface Needs {
  readonly config: Config;
  readonly chats: Pick<ChatParts, 'chat' | 'askGate'>;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** A run's message, its copies in direct messages, and what is said beside them. */
export function buildTelling({ config, chats, store, metrics, clock, log }: Needs): Telling {
  const { chat, askGate: gate } = chats;
  const { runs, journal, copies, seen } = store;
  const couldApprove = createCouldApprove({ directory: chat.directory, gate, clock, log });
  const { ops } = config.channels;
  const breakGlass = createBreakGlassPosting({ chat, runs, seen, ops, clock, log });
  const messenger = createMessenger({ chat, runs, copies, breakGlass, ops, log });
  const announce = createAnnouncer({
    ...{ chat, runs, journal, seen, messenger, couldApprove, clock, log },
    copies: createCopyDesk({ chat, copies, couldApprove, clock, log }),
    changed: ({ runbook, state }) => metrics.run({ runbook, state }),
  });
  return {
    ...{ announce, messenger, couldApprove },
    linkTo: async ({ channelId: channel, messageTs: ts }) =>
      ts === undefined ? undefined : chat.permalink({ channel, ts }).catch(() => undefined),
  };
}
