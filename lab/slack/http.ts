import type { IncomingMessage, ServerResponse } from 'node:http';
import { asObject, type Json, parseJson } from './json.ts';

/** The whole body as text. Throws above 16 MB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > 16 * 1024 * 1024) throw new Error('The request is larger than 16 MB.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(body));
}

const jsonFields = ['blocks', 'attachments', 'view', 'metadata', 'files', 'chunks'];

/** The arguments of a Web API call, from query, form or JSON, with the fields that Slack's clients send as JSON text parsed. */
export function readArguments(url: URL, contentType: string, body: string): Json {
  const given = contentType.includes('application/json')
    ? asObject(parseJson(body))
    : Object.fromEntries(contentType.includes('urlencoded') ? new URLSearchParams(body) : []);
  const args: Json = { ...Object.fromEntries(url.searchParams), ...given };
  for (const field of jsonFields) {
    const value = args[field];
    if (typeof value === 'string') args[field] = parseJson(value) ?? value;
  }
  return args;
}
