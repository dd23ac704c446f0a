import type { AuditHead } from '../core/audit-entry.ts';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { SignedHead } from '../core/signed-head.ts';
import { headMessage, headMessageId } from './head-message.ts';
import { signHead } from './head-signature.ts';
import type { SigningKey } from './keys.ts';

/** What the keeper of heads needs of the store. */
export interface HeadStore {
  last(): Promise<SignedHead | undefined>;
  /** `undefined` when the chain did not grow or another process was faster. */
  add(facts: Omit<AuditFacts, 'head'>, sign: (head: AuditHead) => SignedHead): Promise<SignedHead | undefined>;
  claimPost(): Promise<{ readonly head: SignedHead; readonly again: boolean } | undefined>;
  posted(head: SignedHead): Promise<void>;
}

/** What it needs of Slack. */
export interface HeadChat {
  post(message: Message, id: string): Promise<void>;
  /** True when a message with this id stands in the channel. */
  isPosted(id: string, sinceMs: number): Promise<boolean>;
}

export interface HeadKeeperOptions {
  readonly heads: HeadStore;
  readonly key: SigningKey;
  readonly chat: HeadChat;
  /** Milliseconds between two heads. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Signs the end of the chain at intervals and shows it; any number of processes may do so at once. */
export interface HeadKeeper {
  start(): void;
  /** Signs what came since the last head and shows it, at most for five seconds. */
  stop(): Promise<void>;
}

const LOOK_MS = 30_000;
const GOODBYE_MS = 5000;

export function createHeadKeeper(options: HeadKeeperOptions): HeadKeeper {
  const { everyMs, clock, log } = options;
  let end: (() => void) | undefined;
  const turn = async (isLast: boolean) => {
    await sign(options, isLast);
    await post(options);
  };
  return {
    start() {
      end ??= clock.every(
        Math.min(everyMs, LOOK_MS),
        () => turn(false),
        (error) =>
          log.warn('the end of the audit log was not signed or shown; it is tried again', { why: asError(error).message }),
      );
    },
    async stop() {
      // What never started has nothing to sign.
      if (!end) return;
      end();
      const last = turn(true).catch((error: unknown) =>
        log.warn('the end of the audit log was not signed or shown', { why: asError(error).message }),
      );
      await Promise.race([last, clock.sleep(GOODBYE_MS)]);
    },
  };
}

async function sign({ heads, key, everyMs, clock, log }: HeadKeeperOptions, isLast: boolean): Promise<void> {
  const atMs = clock.now();
  const last = await heads.last();
  if (!isLast && last && atMs - last.atMs < everyMs) return;
  const facts = { atMs, who: 'trunkline', via: 'worker', what: 'audit.head', result: 'signed' } as const;
  const head = await heads.add(facts, (end) => signHead(key, end, atMs));
  if (head) log.info('the end of the audit log was signed', { seq: head.seq, hash: head.hash });
}

/** A head that Slack did not take is left to the next turn, when a newer one may stand for it too. */
async function post({ heads, chat }: HeadKeeperOptions): Promise<void> {
  const claim = await heads.claimPost();
  if (!claim) return;
  const { head, again } = claim;
  const id = headMessageId(head);
  if (!again || !(await chat.isPosted(id, head.atMs))) await chat.post(headMessage(head), id);
  await heads.posted(head);
}
