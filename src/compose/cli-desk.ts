import { createDesk, type Desk, type DeskParts } from '../ask/desk.ts';
import { TrunklineError } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import type { Proposed } from '../runs/propose.ts';

/** Nothing was stored; the message says why, in full. */
export class NotRequested extends TrunklineError {
  readonly card: Message;
  constructor(card: Message) {
    super('refusal', card.summary, 'Nothing was requested.');
    this.card = card;
  }
}

interface Needs {
  readonly parts: Omit<DeskParts, 'start'>;
  propose(wish: Parameters<DeskParts['start']>[0]): Promise<Proposed>;
  /** A run as a person reads it. */
  card(run: Run): Promise<Message>;
}

/**
 * The same desk for one request of the command line, which is answered with the run itself, as nobody there sees a channel.
 * `started` is called with the run when one was requested.
 */
export function cliDesk({ parts, propose, card }: Needs, started: (run: Run) => void): Desk {
  return createDesk({
    ...parts,
    async start(wish) {
      const proposed = await propose(wish);
      if ('message' in proposed) throw new NotRequested(proposed.message);
      started(proposed.run);
      return card(proposed.run);
    },
  });
}
