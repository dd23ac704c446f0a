import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';

/** PEM texts: the authority, and the client's certificate and key. */
export interface TlsTexts {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export interface HttpSending {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls?: TlsTexts | undefined;
  /** The deadline of the whole. */
  readonly signal: AbortSignal;
}
export interface HttpAnswer {
  readonly status: number;
  /** Its beginning, at most 64 KiB. */
  readonly text: string;
  readonly retryAfter?: string | undefined;
}

const MOST_BYTES = 64 * 1024;

/**
 * One request on a connection of its own. Redirects are not followed, as that would hand a secret on, and proxies of the environment are
 * ignored. A status is an answer even when its body never ends. Callers must not log what it rejects with: it may hold the address.
 */
export function httpSend({ url, method, headers = {}, body, tls = {}, signal }: HttpSending): Promise<HttpAnswer> {
  const request = url.protocol === 'https:' ? tlsRequest : plainRequest;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const all = { 'user-agent': 'trunkline', connection: 'close', ...length, ...headers };
  return new Promise((resolve, reject) => {
    let end: (() => void) | undefined;
    const sent = request(url, { method, headers: all, agent: false, signal, ...tls }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answered = () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'] });
        response.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MOST_BYTES) chunks.push(chunk);
        else answered();
      });
      response.once('end', answered);
      response.on('error', answered);
      end = answered;
    });
    sent.on('error', (error) => (end ? end() : reject(error)));
    sent.end(body);
  });
}
