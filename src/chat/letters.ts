import type { Attachment, Message } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import type { Outbound } from './outbound.ts';
import { render } from './render.ts';
import { uploadTo } from './upload.ts';

/** A direct message with one file in its thread, which can be taken back. */
export interface Letter {
  readonly channel: string;
  readonly ts: string;
  /** Ids of the file. */
  readonly files: readonly string[];
}

export interface Letters {
  /** Resolves when both are accepted. @throws SlackCallError when Slack does not take them. */
  send(userId: string, message: Message, file: Attachment): Promise<Letter>;
  /** Replaces the message and deletes the file. @throws SlackCallError when one of them was not done. */
  empty(letter: Letter, instead: Message): Promise<void>;
}

const WITHIN_MS = 30_000;

/** Letters over the lane of answers. */
export function createLetters(outbound: Pick<Outbound, 'lanes' | 'directMessage'>, redact: Redact): Letters {
  const lane = outbound.lanes.interaction;
  return {
    async send(userId, message, file) {
      const posted = await outbound.directMessage(userId, message);
      return { ...posted, files: await uploadTo(lane, posted, file, redact) };
    },
    async empty({ channel, ts, files }, instead) {
      const { text, blocks } = render(instead, redact, 'note');
      await lane.call('chat.update', { channel, ts, text, blocks, parse: 'none' }, { when: 'repeat', withinMs: WITHIN_MS });
      for (const file of files) await lane.call('files.delete', { file }, { when: 'repeat', withinMs: WITHIN_MS });
    },
  };
}
