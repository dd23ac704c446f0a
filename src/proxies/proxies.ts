import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import type { Clock } from '../core/clock.ts';
import type { ProxyReadings } from '../core/cluster.ts';
import { networkClause } from '../core/network-clause.ts';
import { takeReading } from '../core/take-reading.ts';
import { formatDuration } from '../core/units.ts';
import { type BackendNames, parseHaproxyStats } from './haproxy-stats.ts';

/** What the HAProxies of one cluster see. Nothing is cached; nothing rejects. */
export interface Proxies {
  readonly names: readonly string[];
  read(): Promise<readonly ProxyReadings[]>;
  /** Opens a connection to each, so that the first question is quick. */
  warm(): Promise<void>;
  close(): void;
}

/** `statsUrl` is the statistics page; a user and password in it are used and never told. `timeoutMs` defaults to 2.4 s. */
export function createProxies(options: {
  readonly hosts: readonly { readonly name: string; readonly statsUrl: string }[];
  readonly backends: BackendNames;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}): Proxies {
  const { hosts, backends, clock, timeoutMs = 2400 } = options;
  const agents = [new Agent({ keepAlive: true, maxSockets: 4 }), new TlsAgent({ keepAlive: true, maxSockets: 4 })] as const;
  const http = client(agents);

  async function readOne({ name, statsUrl }: { readonly name: string; readonly statsUrl: string }): Promise<ProxyReadings> {
    const { url, auth } = withoutLogin(`${statsUrl};csv`);
    const stats = await takeReading({
      source: `HAProxy on ${name}`,
      clock,
      take: async () => {
        const signal = AbortSignal.timeout(timeoutMs);
        const { status, data } = await http.get<unknown>(url, { signal, ...(auth ? { auth } : {}) });
        if (status !== 200)
          throw new AnswerError(status === 401 ? 'refused the password of its statistics' : `answered ${status}`);
        return parsed(data, backends);
      },
      told: (error) => clause(error, timeoutMs),
    });
    return { name, stats };
  }

  const read = () => Promise.all(hosts.map(readOne));
  return {
    names: hosts.map(({ name }) => name),
    read,
    async warm() {
      await read();
    },
    close() {
      for (const agent of agents) agent.destroy();
    },
  };
}

/** An answer that came but is of no use; its message is a clause to show. */
class AnswerError extends Error {}

function client([httpAgent, httpsAgent]: readonly [Agent, TlsAgent]): AxiosInstance {
  return axios.create({
    httpAgent,
    httpsAgent,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: 4 * 1024 ** 2,
    validateStatus: () => true,
    responseType: 'text',
    transformResponse: (body: unknown) => body,
  });
}

function parsed(body: unknown, backends: BackendNames): ReturnType<typeof parseHaproxyStats> {
  try {
    return parseHaproxyStats(typeof body === 'string' ? body : '', backends);
  } catch (error) {
    throw new AnswerError(error instanceof Error ? error.message : 'answered something else than HAProxy statistics');
  }
}

/** Never quotes the client's error, which holds the request with its password. */
function clause(error: unknown, timeoutMs: number): string {
  if (error instanceof AnswerError) return error.message;
  if (error instanceof Error && ['CanceledError', 'TimeoutError'].includes(error.name))
    return `no answer within ${formatDuration(timeoutMs)}`;
  return networkClause(error) ?? 'no understandable answer';
}

function withoutLogin(address: string): { url: string; auth?: { username: string; password: string } } {
  const url = new URL(address);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '') return { url: url.href };
  return { url: url.href, auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } };
}
