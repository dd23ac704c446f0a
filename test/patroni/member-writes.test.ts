import { afterEach, describe, expect, it } from 'vitest';
import { memberAnswer } from '../../src/patroni/member-answer.ts';
import { createMemberWrites } from '../../src/patroni/member-writes.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A Patroni that gives one answer and keeps what it was sent. */
async function writesTo(status: number, text: string) {
  const sent: { readonly asked: string; readonly body: unknown; readonly login: string | undefined }[] = [];
  const server = await httpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      sent.push({ asked: `${request.method} ${request.url}`, body, login: request.headers.authorization });
      response.writeHead(status).end(text);
    });
  });
  servers.push(server);
  const members = [{ name: 'pg2', url: server.url }];
  return { sent, writes: createMemberWrites({ members, auth: { username: 'u', password: 'p' }, timeoutMs: 300 }) };
}

describe('asking one member', () => {
  it('restarts now, with the guards of Patroni that were asked for and no key that is not meant', async () => {
    const { sent, writes } = await writesTo(200, 'restarted successfully');
    await writes.restart('pg2', { role: 'replica', onlyPending: true });
    await writes.restart('pg2', { onlyPending: false, startWithinS: 60 });
    expect(sent.map(({ body }) => body)).toEqual([{ role: 'replica', restart_pending: true }, { timeout: 60 }]);
    expect(sent[0]).toMatchObject({ asked: 'POST /restart', login: expect.stringMatching(/^Basic /) });
  });

  it('reloads and reinitializes at the paths that Patroni documents', async () => {
    const { sent, writes } = await writesTo(202, 'reload scheduled');
    expect(await writes.reload('pg2')).toMatchObject({ meaning: 'done', text: 'reload scheduled' });
    await writes.reinitialize('pg2', { force: true });
    expect(sent.map(({ asked, body }) => [asked, body])).toEqual([
      ['POST /reload', {}],
      ['POST /reinitialize', { force: true }],
    ]);
  });

  it('takes silence for unknown, as Patroni goes on whether or not anybody waits', async () => {
    const server = await httpServer(() => undefined);
    servers.push(server);
    const writes = createMemberWrites({ members: [{ name: 'pg2', url: server.url }], timeoutMs: 100 });
    expect(await writes.restart('pg2', {})).toEqual({ status: 0, meaning: 'unknown', text: 'no answer within 100 ms' });
  });

  it('knows that nothing was asked of a Patroni that does not listen, and of a member that does not exist', async () => {
    const server = await httpServer(() => undefined);
    await server.close();
    const writes = createMemberWrites({ members: [{ name: 'pg2', url: server.url }] });
    expect(await writes.restart('pg2', {})).toMatchObject({ meaning: 'refused', text: 'connection refused' });
    await expect(writes.reload('pg9')).rejects.toThrow(/pg9 is no configured member/);
  });
});

describe('reading the answer of a member', () => {
  it.each([
    [200, 'restarted successfully', 'done'],
    [202, 'reload scheduled', 'done'],
    [503, 'restart conditions are not satisfied', 'refused'],
    [503, 'restart already in progress', 'refused'],
    [503, 'Cluster has no leader, can not reinitialize', 'refused'],
    [503, 'I am the leader, can not reinitialize', 'refused'],
    [503, 'postgres is still starting', 'unknown'],
    [503, 'restart failed', 'unknown'],
    [400, 'restart failed', 'unknown'],
    [401, 'not authenticated', 'refused'],
    [409, 'Another restart is already scheduled', 'refused'],
    [500, '<html>', 'unknown'],
  ])('takes %i %j for %s', (status, text, meaning) => {
    expect(memberAnswer(status, text)).toMatchObject({ meaning });
  });
});
