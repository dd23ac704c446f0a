import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Attachment, Message } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import type { Posted } from './find-posted.ts';
import type { Lane } from './lane.ts';
import type { Rendered } from './render.ts';
import { uploadTo } from './upload.ts';

type PostReply = (message: Message) => Promise<unknown>;

/**
 * What belongs in the thread below a message, in order: its details, all of it as a file when it was cut, its attachments. A file
 * that can't be uploaded is told there in words, with its alternative text.
 */
export function createFollowUps({ redact, log }: { redact: Redact; log: Log }) {
  return async function follow(
    lane: Lane,
    posted: Posted,
    message: Message,
    rendered: Rendered,
    reply: PostReply,
  ): Promise<void> {
    const files = [...wholeText(rendered), ...(message.attachments ?? [])];
    if (message.thread && message.thread.length > 0) {
      const details: Message = { summary: `Details: ${message.summary}`, parts: message.thread };
      await reply(details).catch((error: unknown) => failed('the details', error));
    }
    for (const file of files) {
      await uploadTo(lane, posted, file, redact).catch(async (error: unknown) => {
        failed(file.name, error);
        await reply(lostFile(file, asError(error))).catch((again: unknown) => failed(file.name, again));
      });
    }

    function failed(what: string, error: unknown): void {
      log.error('something is missing in a thread', { ...posted, what, why: asError(error).message });
    }
  };

  function wholeText({ whole }: Rendered): readonly Attachment[] {
    if (whole === undefined) return [];
    return [{ name: 'message.txt', title: 'The whole message', content: whole, alt: 'The whole message as text' }];
  }
}

function lostFile(file: Attachment, error: Error): Message {
  return {
    summary: `${file.title} could not be uploaded`,
    parts: [{ line: [{ bold: file.title }, ` could not be uploaded: ${error.message}`], sign: 'warn' }, { note: file.alt }],
  };
}
