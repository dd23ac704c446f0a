import { afterEach, describe, expect, it } from 'vitest';
import { createPatroniWrites } from '../../src/patroni/patroni-writes.ts';
import { restAnswer } from '../../src/patroni/patroni-rest.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const SIGNAL = new AbortController().signal;

async function patroniThat(status: number, body: string, seen: string[] = []) {
  const server = await httpServer((request, response) => {
    let sent = '';
    request.on('data', (part: Buffer) => {
      sent += part.toString();
    });
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''} ${sent}`.trim());
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body);
    });
  });
  servers.push(server);
  const auth = { username: 'trunkline', password: 'pw' };
  return createPatroniWrites({ members: [{ name: 'pg1', url: server.url }], auth }).rest;
}

describe('the meaning of an answer to a change', () => {
  it.each([
    [200, '{"ttl":30}', 'done'],
    [401, 'no auth header received', 'refused'],
    [404, 'no switchover is scheduled', 'refused'],
    [409, '', 'unknown'],
    [500, '', 'unknown'],
    [502, '<html><body>bad gateway</body></html>', 'unknown'],
    [503, '', 'unknown'],
  ])('of %i %s is %s, as a DCS that answers late looks like a lost compare-and-set', (status, text, meaning) => {
    expect(restAnswer(status, text).meaning).toBe(meaning);
  });

  it('keeps what was said to one short line without mark-up', () => {
    expect(restAnswer(502, '<html>bad\n gateway</html>').text).toBe('bad gateway (502)');
    expect(restAnswer(409, '').text).toBe('status 409');
  });
});

describe('changing through Patroni', () => {
  it('sends PATCH and DELETE with the password, and never shows the configuration that comes back', async () => {
    const seen: string[] = [];
    const rest = await patroniThat(200, '{"postgresql":{"parameters":{"archive_command":"k3y"}}}', seen);
    const told = [
      await rest.patchConfig('pg1', { pause: null }, SIGNAL),
      await rest.clearSwitchover('pg1', SIGNAL),
      await rest.clearRestart('pg1', SIGNAL),
    ];
    const basic = `Basic ${Buffer.from('trunkline:pw').toString('base64')}`;
    expect(seen).toEqual([`PATCH /config ${basic} {"pause":null}`, `DELETE /switchover ${basic}`, `DELETE /restart ${basic}`]);
    expect(told.map(({ meaning }) => meaning)).toEqual(['done', 'done', 'done']);
    expect(told[0]?.text).toBe('status 200');
  });

  it('refuses a member that is not configured', async () => {
    const rest = await patroniThat(200, '{}');
    await expect(rest.patchConfig('pg9', { ttl: 30 }, SIGNAL)).rejects.toMatchObject({ kind: 'refusal' });
  });

  it('knows that what was never sent was not done', async () => {
    const rest = await patroniThat(200, '{}');
    await Promise.all(servers.splice(0).map((server) => server.close()));
    expect(await rest.patchConfig('pg1', { ttl: 30 }, SIGNAL)).toEqual({ meaning: 'refused', text: 'connection refused' });
  });
});
