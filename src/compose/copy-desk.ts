import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Run } from '../core/run.ts';
import { isFinal } from '../core/run-state.ts';
import { copyCard } from '../runs/copy-card.ts';
import type { CouldApprove } from '../runs/needs.ts';
import type { Copies } from '../store/copies.ts';

interface Needs {
  readonly chat: Pick<Chat, 'directMessage' | 'update' | 'permalink'>;
  readonly copies: Copies;
  readonly couldApprove: CouldApprove;
  readonly clock: Clock;
  readonly log: Log;
}

/** The copies of requests in direct messages; the message in the channel stays the source. */
export interface CopyDesk {
  /** Sends one to each person who could approve, for a request whose message was just posted. */
  send(run: Run): Promise<void>;
  /** Shows in every copy what became of the request, whichever process sent it. */
  follow(run: Run): Promise<void>;
}

export function createCopyDesk({ chat, copies, couldApprove, clock, log }: Needs): CopyDesk {
  const links = new Map<string, string>();

  async function linkOf({ id, channelId, messageTs }: Run): Promise<string | undefined> {
    const known = links.get(id);
    if (known !== undefined || messageTs === undefined) return known;
    try {
      const link = await chat.permalink({ channel: channelId, ts: messageTs });
      links.set(id, link);
      return link;
    } catch (error) {
      log.warn('the address of a request could not be had', { run: id, why: asError(error).message });
      return undefined;
    }
  }

  async function cardOf(run: Run) {
    const link = await linkOf(run);
    const approvers = run.state === 'pending' ? { approvers: await couldApprove(run) } : {};
    return copyCard({ run, journal: {}, nowMs: clock.now(), ...approvers }, link);
  }

  return {
    async send(run) {
      const [message, { people }] = await Promise.all([cardOf(run), couldApprove(run)]);
      const sent = await Promise.allSettled(
        people.map(async (userId) => {
          const { channel, ts } = await chat.directMessage(userId, message);
          await copies.add(run.id, { userId, channelId: channel, ts });
        }),
      );
      for (const one of sent)
        if (one.status === 'rejected') log.warn('an approver got no copy', { run: run.id, why: asError(one.reason).message });
    },
    async follow(run) {
      const all = await copies.of(run.id);
      if (all.length === 0) return;
      const message = await cardOf(run);
      if (isFinal(run.state)) links.delete(run.id);
      for (const { channelId, ts } of all) chat.update({ channel: channelId, ts, message });
    },
  };
}
