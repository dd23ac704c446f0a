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
  const { tls, auth } = options;
  let agents: { readonly httpAgent: Agent } | { readonly httpsAgent: TlsAgent } | undefined;
  return {
    async send({ method, url, body, signal }) {
      agents ??= url.startsWith('https:') ? { httpsAgent: new TlsAgent({ ...KEPT, ...tls }) } : { httpAgent: new Agent(KEPT) };
      const config = { ...SETTINGS, ...agents, ...(auth ? { auth } : {}), ...(body ? { data: body } : {}) };
      const { status, data } = await axios.request<unknown>({ ...config, method, url, signal });
      return { status, text: typeof data === 'string' ? data : '' };
    },
    close() {
      for (const agent of Object.values(agents ?? {})) agent.destroy();
    },
  };
}

const KEPT = { keepAlive: true, maxSockets: 4 };
/** Of each request: an instance of axios for each of a thousand clusters costs more memory than all that it does. */
const SETTINGS = {
  proxy: false,
  maxRedirects: 0,
  maxContentLength: MOST_BYTES,
  validateStatus: () => true,
  responseType: 'text',
  transformResponse: (body: unknown) => body,
} as const;
