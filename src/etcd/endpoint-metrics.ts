import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import axios from 'axios';
import type { EtcdPace } from '../core/etcd-member.ts';
import { networkClause } from '../core/network-clause.ts';
import type { Reading } from '../core/reading.ts';
import { takeReading } from '../core/take-reading.ts';
import { formatDuration } from '../core/units.ts';
import { parsePace } from './parse-pace.ts';
import { DEADLINE_MS, type EtcdAccess } from './transport.ts';

/** `/metrics` of every endpoint (etcd docs/op-guide/monitoring: served at the client URLs, without a login). */
export interface EndpointMetrics {
  /** Each bounded; never rejects. */
  read(): Promise<Readonly<Record<string, Reading<EtcdPace>>>>;
  close(): void;
}

const MOST_BYTES = 8 * 1024 ** 2;

export function createEndpointMetrics({ endpoints, tls, clock }: EtcdAccess): EndpointMetrics {
  const plain = new Agent({ keepAlive: true, maxSockets: 2 });
  const secure = new TlsAgent({ keepAlive: true, maxSockets: 2, ...tls });
  const http = axios.create({
    ...{ httpAgent: plain, httpsAgent: secure, proxy: false, maxRedirects: 0, maxContentLength: MOST_BYTES },
    ...{ validateStatus: () => true, responseType: 'text', transformResponse: (body: unknown) => body },
  });
  const readOne = (endpoint: string) =>
    takeReading({
      source: `metrics of etcd ${endpoint}`,
      clock,
      told: (error) => clause(error),
      async take() {
        const url = new URL('/metrics', endpoint).href;
        const { status, data } = await http.get<unknown>(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
        if (status !== 200) throw new AnswerError(`answered ${status}`);
        const pace = parsePace(typeof data === 'string' ? data : '');
        if (!pace) throw new AnswerError('its metrics have no histogram of its disk');
        return pace;
      },
    });
  return {
    async read() {
      return Object.fromEntries(
        await Promise.all(endpoints.map(async (endpoint) => [endpoint, await readOne(endpoint)] as const)),
      );
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** An answer that came but is of no use; its message is a clause to show. */
class AnswerError extends Error {}

function clause(error: unknown): string {
  if (error instanceof AnswerError) return error.message;
  return (
    networkClause(error) ??
    (axios.isCancel(error) ? `no whole answer within ${formatDuration(DEADLINE_MS)}` : 'its metrics could not be read')
  );
}
