import { type ClientRequest, type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { asError, type TrunklineError, unreachable } from '../core/errors.ts';
import { codeOf, networkClause } from '../core/network-clause.ts';
import { Answer } from './answer.ts';
import { UsageError } from './client-words.ts';
import { CLI_PATH, type Envelope } from './request.ts';

/** Planning a change takes seconds; nothing at all for so long is an end. While a run is watched the bot gives a sign every 5 s. */
const SILENT_MS = 60_000;

/**
 * Sends a signed request; each answer is passed on as it comes. Resolves when the bot has said all.
 * @throws UsageError for an address that is none; Unreachable when there is no bot, or its answer breaks off.
 */
export async function callBot(url: string, envelope: Envelope, each: (answer: Answer) => void, stop: AbortSignal): Promise<void> {
  const response = await sent(url, JSON.stringify(envelope), stop);
  let answers = 0;
  try {
    for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line === '') continue;
      each(answerIn(line, url));
      answers += 1;
    }
  } catch (error) {
    if (stop.aborted) return;
    throw error instanceof Error && 'kind' in error ? error : silent(url, error);
  }
  if (stop.aborted) return;
  if (!response.complete) throw silent(url, undefined);
  if (answers === 0) throw notOurs(url, `HTTP ${response.statusCode}`);
}

function sent(url: string, body: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = open(url, { method: 'POST', signal, timeout: SILENT_MS, headers: { 'content-type': 'application/json' } });
    let isConnected = false;
    request.once('socket', (socket) =>
      socket.once('connect', () => {
        isConnected = true;
      }),
    );
    request.once('timeout', () => request.destroy(new Error('it fell silent')));
    request.once('response', resolve);
    request.once('error', (error) => reject(isConnected ? silent(url, error) : away(url, error)));
    request.end(body);
  });
}

function open(url: string, options: RequestOptions): ClientRequest {
  if (url.startsWith('unix:/')) return httpRequest({ ...options, socketPath: url.slice('unix:'.length), path: CLI_PATH });
  const parsed = URL.canParse(url) ? new URL(CLI_PATH, url) : undefined;
  if (parsed?.protocol === 'http:') return httpRequest(parsed, options);
  if (parsed?.protocol === 'https:') return httpsRequest(parsed, options);
  throw new UsageError(`'${url}' is no address: write http://127.0.0.1:9188 or unix:/run/trunkline/cli.sock`);
}

function answerIn(line: string, url: string): Answer {
  try {
    return Answer.parse(JSON.parse(line));
  } catch {
    throw notOurs(url, 'another kind of answer');
  }
}

function away(url: string, error: Error): TrunklineError {
  const noSocket: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such socket',
    EACCES: 'you may not use this socket: its group may',
  };
  const why = noSocket[codeOf(error) ?? ''] ?? networkClause(error) ?? asError(error).message;
  const hint = 'Is the bot running, with `cli` in its configuration? Name its address with --url or TRUNKLINE_URL.';
  return unreachable(`no bot answers at ${url}: ${why}`, hint, error);
}

function silent(url: string, error: unknown): TrunklineError {
  const why = error === undefined ? '' : `: ${networkClause(error) ?? asError(error).message}`;
  const hint = 'Nobody knows whether it was done: look with `trunkline pg runs` before you ask again.';
  return unreachable(`the bot at ${url} broke off${why}`, hint, error);
}

function notOurs(url: string, what: string): TrunklineError {
  return unreachable(
    `what answers at ${url} is no Trunkline of this kind (${what})`,
    'Correct --url, or use the same release as the bot.',
  );
}
