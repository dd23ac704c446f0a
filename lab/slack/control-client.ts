import { Pool } from 'undici';
import { asObject, asText, parseJson } from './json.ts';

/** Speaks the front's control API. */
export interface ControlClient {
  /** The result of a control; throws the front's sentence when it refuses. The shape is the front's own, typed by the caller. */
  ask<T>(name: string, body?: object): Promise<T>;
  close(): Promise<void>;
}

export function controlClient(origin: string): ControlClient {
  const pool = new Pool(origin, { connections: 256, headersTimeout: 60_000 });
  return {
    async ask<T>(name: string, body: object = {}): Promise<T> {
      const reply = await pool.request({
        method: 'POST',
        path: `/_front/${name}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer = asObject(parseJson(await reply.body.text()));
      if (reply.statusCode !== 200)
        throw new Error(asText(answer.error) || `The workspace answered ${reply.statusCode} to ${name}.`);
      return answer.result as T;
    },
    close: () => pool.destroy(),
  };
}
