import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { boltLog } from './bolt-log.ts';

/** One call of Slack's Web API, without any retry of its own; throws the errors of Slack's client. */
export type SlackCall = (method: string, args: Readonly<Record<string, unknown>>) => Promise<unknown>;

export interface FileForUpload {
  readonly channel: string;
  readonly threadTs: string;
  readonly name: string;
  readonly title: string;
  readonly alt: string;
  readonly content: Uint8Array;
}

/** What Trunkline uses of Slack's Web API client; tests write their own. */
export interface WebApi {
  readonly call: SlackCall;
  /** Resolves with the ids of the files. */
  readonly upload: (file: FileForUpload) => Promise<readonly string[]>;
}

export interface WebApiOptions {
  readonly token: string;
  /** Another Slack-compatible server: `http://127.0.0.1:8080/api/`. */
  readonly apiUrl?: string;
  readonly log: Log;
}

const Uploaded = z.object({
  files: z.array(z.object({ files: z.array(z.object({ id: z.string() })).default([]) })).default([]),
});

const TIMEOUT_MS = 10_000;
const UPLOAD_TIMEOUT_MS = 60_000;

/** Slack's client with finite timeouts and without retries and pauses: the lanes above decide about those. */
export function createWebApi({ token, apiUrl, log }: WebApiOptions): WebApi {
  const settings = {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    logger: boltLog(log),
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
  };
  const client = new WebClient(token, { ...settings, timeout: TIMEOUT_MS });
  const uploader = new WebClient(token, { ...settings, timeout: UPLOAD_TIMEOUT_MS });
  return {
    call: (method, args) => client.apiCall(method, { ...args }),
    async upload({ channel, threadTs, name, title, alt, content }) {
      const file = { file: Buffer.from(content), filename: name, title, alt_text: alt };
      const answer = await uploader.filesUploadV2({ channel_id: channel, thread_ts: threadTs, file_uploads: [file] });
      return Uploaded.parse(answer).files.flatMap(({ files }) => files.map(({ id }) => id));
    },
  };
}

/**
 * The answer as it must look.
 * @throws TrunklineError 'unreachable' when Slack answers something else.
 */
export function answerAs<S extends z.ZodType>(schema: S, method: string, answer: unknown): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw unreachable(
    `the answer of ${method} is not what Slack documents`,
    'Look whether slack.apiUrl is right and Slack is well.',
    parsed.error,
  );
}
