import { WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import type { FileForUpload, WebApi } from '../../src/chat/web-api.ts';
import type { Log } from '../../src/core/log.ts';

export interface Call {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
}
type Answer = (args: Readonly<Record<string, unknown>>) => unknown;

/** Slack as far as a test needs it: keeps messages, answers by method, does what a queue of faults says first. */
export interface FakeWebApi extends WebApi {
  readonly calls: Call[];
  readonly uploads: FileForUpload[];
  readonly messages: Record<string, unknown>[];
  /** The next call of this method does this instead; a function is called with `work`, which does the real thing. */
  fault(method: string, does: (work: () => unknown) => unknown): void;
  answer(method: string, answer: Answer): void;
  of(method: string): readonly Call[];
}

export function createFakeWebApi(): FakeWebApi {
  const calls: Call[] = [];
  const uploads: FileForUpload[] = [];
  const messages: Record<string, unknown>[] = [];
  const faults: { method: string; does: (work: () => unknown) => unknown }[] = [];
  const answers = new Map<string, Answer>([
    ['chat.postMessage', (args) => posted(args)],
    ['chat.update', () => ({ ok: true })],
    ['conversations.history', (args) => history(args)],
    ['conversations.replies', (args) => history(args)],
  ]);
  const posted = (args: Readonly<Record<string, unknown>>) => {
    const ts = `170000000${messages.length}.000100`;
    messages.push({ ...args, ts });
    return { ok: true, channel: args.channel, ts };
  };
  const history = (args: Readonly<Record<string, unknown>>) => ({
    ok: true,
    messages: messages.filter((each) => each.channel === args.channel && (args.ts === undefined || each.thread_ts === args.ts)),
  });
  const struck = async (method: string, work: () => unknown): Promise<unknown> => {
    const at = faults.findIndex((each) => each.method === method);
    const [fault] = at < 0 ? [] : faults.splice(at, 1);
    return fault ? fault.does(work) : work();
  };
  return {
    calls,
    uploads,
    messages,
    fault: (method, does) => faults.push({ method, does }),
    answer: (method, answer) => answers.set(method, answer),
    of: (method) => calls.filter((call) => call.method === method),
    call: async (method, args) => {
      calls.push({ method, args });
      const answer = answers.get(method);
      if (!answer) throw refused('unknown_method');
      return struck(method, () => answer(args));
    },
    upload: async (file) => {
      await struck('files.uploadV2', () => uploads.push(file));
      return [`F${uploads.length}`];
    },
  };
}

export const rateLimited = (seconds: number) => () => {
  throw new WebAPIRateLimitedError(seconds);
};
/** Slack does it, but its answer never arrives. */
export const lost = (work: () => unknown) => {
  work();
  throw new WebAPIRequestError(
    Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }),
  );
};
/** Nothing arrives at Slack. */
export const cut = () => {
  throw new WebAPIRequestError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
};
export const refused = (error: string) => new WebAPIPlatformError({ ok: false, error });

/** A log that keeps its lines. */
export function createFakeLog(): Log & { readonly lines: { level: string; msg: string; fields: unknown }[] } {
  const lines: { level: string; msg: string; fields: unknown }[] = [];
  const write = (level: string) => (msg: string, fields?: unknown) => void lines.push({ level, msg, fields });
  const log = { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child: () => log };
  return log;
}
