import { Agent, type ClientRequest, request as askHttp } from 'node:http';
import { Agent as TlsAgent, request as askHttps } from 'node:https';
import { formatDuration } from '../core/units.ts';
import { codeOf } from '../core/network-clause.ts';
import { reachedBy } from '../core/reached-by.ts';
import { AnswerError, patroniClause } from './patroni-clause.ts';
import type { PatroniEndpoint } from './patroni.ts';
import type { TlsTexts } from './patroni-http.ts';

export type Ping = { readonly answered: true } | { readonly answered: false; readonly why: string };

/** Whether a member answers at all: asked every second of every leader, so it costs as little as can be. */
export interface PatroniPing {
  /** Any answer is one, whatever it says. Never rejects. */
  ask(name: string): Promise<Ping>;
  close(): void;
}

/** `timeoutMs` bounds each silence: until the connection stands, until the answer begins (default 2.4 s). */
export function createPatroniPing(options: {
  readonly members: readonly PatroniEndpoint[];
  readonly tls?: TlsTexts | undefined;
  readonly timeoutMs?: number;
}): PatroniPing {
  const { members, tls, timeoutMs = 2400 } = options;
  const urls = new Map(members.map(({ name, url }) => [name, new URL(`${url}/patroni`)]));
  const isTls = members.some(({ url }) => url.startsWith('https:'));
  const kept = { keepAlive: true, maxSockets: 2, scheduling: 'fifo' as const };
  const agent = isTls ? new TlsAgent({ ...kept, ...tls }) : new Agent(kept);
  const get = (url: URL) => (isTls ? askHttps : askHttp)(url, { agent, timeout: timeoutMs });
  return {
    async ask(name) {
      const url = urls.get(name);
      if (!url) return { answered: false, why: `there is no member ${name}` };
      try {
        await answered(get(url), timeoutMs);
      } catch (error) {
        // A kept connection that the server closed in the same moment shows as a reset; asking again opens a new one.
        const again = codeOf(error) === 'ECONNRESET' ? answered(get(url), timeoutMs) : Promise.reject(error);
        return again.then(
          () => ANSWERED,
          (failed: unknown) => failedBy(failed, timeoutMs),
        );
      }
      return ANSWERED;
    },
    close: () => agent.destroy(),
  };
}

const ANSWERED: Ping = { answered: true };

/** A server that lives and is not trusted, or does not trust us, answers too. */
function failedBy(error: unknown, timeoutMs: number): Ping {
  if (reachedBy(error) === 'server') return ANSWERED;
  return { answered: false, why: patroniClause(error, formatDuration(timeoutMs)) };
}

function answered(request: ClientRequest, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    request.once('response', (response) => {
      response.resume();
      resolve();
    });
    request.once('timeout', () => request.destroy(new AnswerError(`no answer within ${formatDuration(timeoutMs)}`)));
    request.once('error', reject);
    request.end();
  });
}
