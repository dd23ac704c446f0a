import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import { sendJson } from './http.ts';

/** Lets a fault strike a call before it is done; true when the call is answered (or cut) by it. */
export async function strike(does: Fault['does'], response: ServerResponse): Promise<boolean> {
  switch (does.kind) {
    case 'ratelimited': {
      const headers: Record<string, string> = does.retryAfter === null ? {} : { 'retry-after': String(does.retryAfter) };
      sendJson(response, 429, { ok: false, error: 'ratelimited' }, headers);
      return true;
    }
    case 'status':
      response.writeHead(does.status, { 'content-type': 'text/plain' }).end('The workspace was told to fail here.\n');
      return true;
    case 'error':
      sendJson(response, 200, { ok: false, error: does.error });
      return true;
    case 'refused':
      response.destroy();
      return true;
    case 'delay':
    case 'late':
      await sleep(does.ms);
      return false;
    default:
      return false;
  }
}
