import type { IncomingMessage } from 'node:http';
import { asError } from '../core/errors.ts';

/** The longest body that Slack sends is far below (Bolt's own limit since 5.1). */
const MOST_BYTES = 4 * 1024 ** 2;

/** A request whose body was read: Bolt takes `rawBody` instead of reading again. */
export interface ReadRequest extends IncomingMessage {
  rawBody: Buffer;
}

export type Body =
  | { readonly ok: true; readonly request: ReadRequest }
  | { readonly ok: false; readonly status: number; readonly why: string };

/**
 * Reads a request from Slack and looks whether its body is a form or an object in JSON. Bolt looks into what it parsed without
 * asking what it is, where nobody catches: `null` in a well-signed body would end the process. Never rejects.
 */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request) {
      bytes += part.length;
      // The rest is read and dropped, so that the answer arrives.
      if (bytes <= MOST_BYTES) parts.push(part);
    }
  } catch (error) {
    return { ok: false, status: 400, why: `its body did not arrive: ${asError(error).message}` };
  }
  if (bytes > MOST_BYTES) return { ok: false, status: 413, why: 'its body is longer than 4 MiB' };
  const rawBody = Buffer.concat(parts);
  if (!isObjectOrForm(rawBody.toString(), request.headers['content-type'])) {
    return { ok: false, status: 400, why: 'its body is neither a form nor an object in JSON' };
  }
  return { ok: true, request: Object.assign(request, { rawBody }) };
}

function isObjectOrForm(text: string, contentType: string | undefined): boolean {
  const isForm = contentType === 'application/x-www-form-urlencoded';
  const json = isForm ? new URLSearchParams(text).get('payload') : text;
  if (json === null) return true;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
