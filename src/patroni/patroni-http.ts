import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import axios from 'axios';

/** PEM texts: the authority, and the client's certificate and key where Patroni's `verify_client` asks for one. */
export interface TlsTexts {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export interface PatroniHttp {
  /** Any status is an answer. Rejects when none came within the deadline. */
  send(request: PatroniRequest): Promise<PatroniHttpAnswer>;
  /** Closes the kept connections. */
  close(): void;
}
export interface PatroniRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: object;
  readonly signal: AbortSignal;
}
export interface PatroniHttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** An answer of Patroni is some KiB; more is not one. */
const MOST_BYTES = 1024 ** 2;

/**
 * HTTP to Patroni with kept connections. The signal is the only total deadline (axios' `timeout` restarts with each byte); redirects
 * are not followed, as that would hand the password on; proxies of the environment are ignored. Callers must not log what `send` rejects
 * with: it holds the password.
 */
export function createPatroniHttp(options: {
  readonly tls?: TlsTexts | undefined;
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
}): PatroniHttp {
  const plain = new Agent({ keepAlive: true, maxSockets: 4 });
  const tls = new TlsAgent({ keepAlive: true, maxSockets: 4, ...options.tls });
  const http = axios.create({
    httpAgent: plain,
    httpsAgent: tls,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: MOST_BYTES,
    validateStatus: () => true,
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    ...(options.auth ? { auth: options.auth } : {}),
  });
  return {
    async send({ method, url, body, signal }) {
      const { status, data } = await http.request<unknown>({ method, url, signal, ...(body ? { data: body } : {}) });
      return { status, text: typeof data === 'string' ? data : '' };
    },
    close() {
      plain.destroy();
      tls.destroy();
    },
  };
}
