import type { Attachment } from '../core/message.ts';
import { oneLine } from '../core/one-line.ts';
import type { Redact } from '../core/redact.ts';
import type { Posted } from './find-posted.ts';
import type { Lane } from './lane.ts';

const PATIENCE_MS = 120_000;

/** Puts a file into the thread below a message; resolves with its ids. @throws SlackCallError when Slack does not take it. */
export async function uploadTo(
  lane: Lane,
  { channel, ts }: Posted,
  file: Attachment,
  redact: Redact,
): Promise<readonly string[]> {
  const content = typeof file.content === 'string' ? Buffer.from(redact(file.content)) : file.content;
  const name =
    oneLine(redact(file.name))
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .slice(0, 100) || 'file';
  const [title, alt] = [oneLine(redact(file.title)).slice(0, 200), oneLine(redact(file.alt)).slice(0, 1000)];
  const task = () => lane.api.upload({ channel, threadTs: ts, name, title, alt, content });
  return lane.run('files.uploadV2', channel, task, { when: 'repeat', withinMs: PATIENCE_MS });
}
