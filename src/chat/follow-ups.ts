import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Attachment, Message } from '../core/message.ts';
import { oneLine } from '../core/one-line.ts';
import type { Redact } from '../core/redact.ts';
import type { Posted } from './find-posted.ts';
import type { Lane } from './lane.ts';
import type { Rendered } from './render.ts';

type PostReply = (message: Message) => Promise<unknown>;

const PATIENCE_MS = 120_000;

/**
 * What belongs in the thread below a message, in order: its details, all of it as a file when it was cut, its attachments. A file
 * that can't be uploaded is told there in words, with its alternative text.
 */
export function createFollowUps({ redact, log }: { redact: Redact; log: Log }) {
  async function upload(lane: Lane, { channel, ts }: Posted, file: Attachment): Promise<void> {
    const content = typeof file.content === 'string' ? Buffer.from(redact(file.content)) : file.content;
    const name =
      oneLine(redact(file.name))
        .replace(/[^\p{L}\p{N}._-]+/gu, '-')
        .slice(0, 100) || 'file';
    const [title, alt] = [oneLine(redact(file.title)).slice(0, 200), oneLine(redact(file.alt)).slice(0, 1000)];
    const task = () => lane.api.upload({ channel, threadTs: ts, name, title, alt, content });
    await lane.run('files.uploadV2', channel, task, { when: 'repeat', withinMs: PATIENCE_MS });
  }

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
      await upload(lane, posted, file).catch(async (error: unknown) => {
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
