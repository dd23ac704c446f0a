import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { quietLog } from '../support/quiet-log.ts';
import { createPaging } from '../../src/paging/paging.ts';
import { createWebhook } from '../../src/paging/webhook.ts';
import { createAuthority } from '../support/certificates.ts';
import { page } from './page.ts';

const [authority, stranger] = [createAuthority(), createAuthority()];
const own = authority.issue('receiver');
const client = authority.issue('client');
let server: Server;
let url: URL;

beforeAll(async () => {
  const tls = { cert: readFileSync(own.cert), key: readFileSync(own.key), ca: readFileSync(authority.ca) };
  server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (_, response) => response.writeHead(204).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = new URL(`https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/in?token=hunter2`);
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  authority.remove();
  stranger.remove();
});

async function told(tls: { readonly ca?: string; readonly cert?: string; readonly key?: string }) {
  const texts = Object.fromEntries(Object.entries(tls).map(([name, file]) => [name, readFileSync(file)]));
  const target = createWebhook({ name: 'hook', url, tls: texts, clock: systemClock });
  const paging = createPaging({ targets: [target], clock: systemClock, log: quietLog, redact: (text) => text, patienceMs: 100 });
  const [result] = await paging.tell(page(), ['hook']);
  return result;
}

describe('a webhook over TLS', () => {
  it('goes to a receiver of the configured authority, with a certificate of its own where one is asked for', async () => {
    expect(await told({ ca: authority.ca, cert: client.cert, key: client.key })).toEqual({ target: 'hook', ok: true });
  });

  it('is not handed to a receiver that another authority vouches for, and says so without the address', async () => {
    const result = await told({ ca: stranger.ca, cert: client.cert, key: client.key });
    expect(result).toMatchObject({ ok: false, why: expect.stringContaining('authority') });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('says when the receiver wants a certificate and none is configured', async () => {
    expect(await told({ ca: authority.ca })).toMatchObject({ ok: false, why: expect.stringContaining('certificate') });
  });
});
