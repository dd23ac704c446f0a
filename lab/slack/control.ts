import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { peopleControls } from './control-people.ts';
import { worldControls } from './control-world.ts';
import { readBody, sendJson } from './http.ts';
import type { Incoming } from './incoming.ts';
import { parseJson } from './json.ts';
import type { SocketMode } from './socket-mode.ts';

export const controlPath = '/_front/';

/** Answers the control API: `POST /_front/NAME` with a JSON body; errors are sentences. */
export function openControl(incoming: Incoming, sockets: SocketMode) {
  const controls = { ...peopleControls, ...worldControls(sockets) };
  return async (pathname: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = pathname.slice(controlPath.length);
    const control = controls[name];
    const isJson = (request.headers['content-type'] ?? '').startsWith('application/json');
    if (!control || request.method !== 'POST' || !isJson) {
      const known = Object.keys(controls).join(', ');
      return sendJson(response, 404, { error: `POST JSON to ${controlPath}NAME, where NAME is one of ${known}.` });
    }
    try {
      const result = await control(parseJson((await readBody(request)) || '{}'), incoming);
      sendJson(response, 200, { result });
    } catch (error) {
      sendJson(response, 400, { error: sentence(error) });
    }
  };
}

function sentence(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}
