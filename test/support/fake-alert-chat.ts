import type { AlertChat } from '../../src/alerts/ports.ts';
import { type Message, plain } from '../../src/core/message.ts';

export interface AlertPost {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly signalId?: string;
  readonly about?: string;
  message: Message;
}

/** A workspace of its own: keeps what was posted, and can lose responses or refuse. */
export function fakeAlertChat() {
  const posts: AlertPost[] = [];
  const faults: ('refuse' | 'lose-response')[] = [];
  const chat: AlertChat = {
    async post({ channel, message, threadTs, metadata }) {
      const fault = faults.shift();
      if (fault === 'refuse') throw new Error('service_unavailable');
      const ts = `${posts.length + 1}.0001`;
      const told = metadata ? { signalId: metadata.event_payload.id, about: metadata.event_payload.about } : {};
      posts.push({ channel, ts, message, ...(threadTs ? { threadTs } : {}), ...told });
      if (fault === 'lose-response') throw new Error('socket hang up');
      return { channel, ts };
    },
    async update({ ts, message }) {
      const post = posts.find((each) => each.ts === ts);
      if (!post) throw new Error('message_not_found');
      post.message = message;
    },
    async findPosted(channel, { id, cluster }, threads) {
      const isAbout = (ts: string) => posts.some((each) => each.ts === ts && each.about === cluster);
      const post = posts.find(
        ({ signalId, threadTs }) =>
          signalId === id && (threadTs === undefined || threads.includes(threadTs) || isAbout(threadTs)),
      );
      return post ? { channel, ts: post.ts, ...(post.threadTs ? { threadTs: post.threadTs } : {}) } : undefined;
    },
  };
  return {
    chat,
    posts,
    faults,
    parents: () => posts.filter(({ threadTs }) => threadTs === undefined),
    /** The lines of the first parent message; empty when there is none. */
    parentLines: () => {
      const parent = posts.find(({ threadTs }) => threadTs === undefined);
      return parent ? linesOf(parent.message) : [];
    },
    thread: (ts: string) => posts.filter(({ threadTs }) => threadTs === ts).map(({ message }) => message.summary),
    /** Every signal id that was posted more than once. */
    twice: () => {
      const ids = posts.flatMap(({ signalId }) => signalId ?? []);
      return ids.filter((id, i) => ids.indexOf(id) !== i);
    },
  };
}

/** The lines of a message without mark-up. */
export function linesOf(message: Message): readonly string[] {
  return message.parts.flatMap((part) => {
    if ('title' in part) return [plain(part.title)];
    if ('line' in part) return [plain(part.line)];
    return 'note' in part ? [plain(part.note)] : [];
  });
}
