import { afterEach, describe, expect, it } from 'vitest';
import { createPatroniWrites } from '../../src/patroni/patroni-writes.ts';
import { switchoverAnswer } from '../../src/patroni/switchover-answer.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';

describe('the meaning of an answer to a switchover', () => {
  it.each([
    [200, 'Successfully switched over to "pg2"', 'done', 'pg2'],
    [200, 'Switched over to "pg3" instead of "pg2"', 'done-other', 'pg3'],
    [202, 'Switchover scheduled', 'scheduled', undefined],
    [400, 'Switchover could be performed only from a specific leader', 'refused', undefined],
    [401, 'not authenticated', 'refused', undefined],
    [412, 'switchover is not possible: no good candidates have been found', 'refused', undefined],
    [412, 'leader name does not match', 'refused', undefined],
    [503, 'Switchover failed', 'refused', undefined],
    [503, 'Switchover status unknown', 'unknown', undefined],
    [503, 'Switchover status unknown after 20 seconds; operation may still be in progress', 'unknown', undefined],
    [500, '', 'unknown', undefined],
    [502, '<html>bad gateway</html>', 'unknown', undefined],
  ])('of %i %s is %s', (status, text, meaning, winner) => {
    const answer = switchoverAnswer(status, text);
    expect([answer.meaning, answer.winner]).toEqual([meaning, winner]);
  });

  it('keeps what Patroni said to one short line, as it goes into a chat', () => {
    expect(switchoverAnswer(412, `a\n\n b${'x'.repeat(999)}`).text).toMatch(/^a bx{297}$/);
  });
});

describe('asking for a switchover', () => {
  const servers: TestServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('sends leader, candidate and the password to the leader', async () => {
    let seen: unknown;
    const server = await httpServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += String(part);
      });
      request.on('end', () => {
        seen = { body: JSON.parse(body), auth: request.headers.authorization };
        response.end('Successfully switched over to "pg2"');
      });
    });
    servers.push(server);
    const writes = createPatroniWrites({ members: [{ name: 'pg1', url: server.url }], auth: { username: 'u', password: 'p' } });
    expect(await writes.switchover({ leader: 'pg1', candidate: 'pg2' })).toMatchObject({ meaning: 'done', winner: 'pg2' });
    expect(seen).toEqual({ body: { leader: 'pg1', candidate: 'pg2' }, auth: `Basic ${Buffer.from('u:p').toString('base64')}` });
    expect(server.requests).toEqual(['POST /switchover']);
  });

  it('goes on as soon as the candidate says that it leads, because Patroni answers up to a second later', async () => {
    const leader = await httpServer(() => undefined);
    let asked = 0;
    const heir = await httpServer((_request, response) => {
      asked += 1;
      response.statusCode = asked < 3 ? 503 : 200;
      response.end('{}');
    });
    servers.push(leader, heir);
    const members = [
      { name: 'pg1', url: leader.url },
      { name: 'pg2', url: heir.url },
    ];
    const writes = createPatroniWrites({ members, timeoutMs: 20_000 });
    expect(await writes.switchover({ leader: 'pg1', candidate: 'pg2' })).toMatchObject({
      meaning: 'done',
      text: 'pg2 says that it leads',
    });
    expect(new Set(heir.requests)).toEqual(new Set(['GET /primary']));
    writes.close();
  });

  it('asks the candidate for a failover, and names no leader, which would make it a switchover', async () => {
    let body = '';
    const server = await httpServer((request, response) => {
      request.on('data', (part) => {
        body += String(part);
      });
      request.on('end', () => response.end('Successfully failed over to "pg2"'));
    });
    servers.push(server);
    const writes = createPatroniWrites({ members: [{ name: 'pg2', url: server.url }] });
    expect(await writes.failover({ candidate: 'pg2' })).toMatchObject({ meaning: 'done', winner: 'pg2' });
    expect(JSON.parse(body)).toEqual({ candidate: 'pg2' });
    expect(server.requests).toEqual(['POST /failover']);
  });

  it('calls a lost answer unknown, because the switchover may go on', async () => {
    const server = await httpServer((request) => request.socket.destroy());
    servers.push(server);
    const writes = createPatroniWrites({
      members: [{ name: 'pg1', url: server.url }],
      auth: { username: 'u', password: 'hunter22' },
    });
    const answer = await writes.switchover({ leader: 'pg1', candidate: 'pg2' });
    expect(answer).toMatchObject({ status: 0, meaning: 'unknown' });
    expect(JSON.stringify(answer)).not.toContain('hunter22');
  });

  it('calls a refused connection a refusal, because nothing was sent', async () => {
    const server = await httpServer(() => undefined);
    await server.close();
    const writes = createPatroniWrites({ members: [{ name: 'pg1', url: server.url }] });
    expect(await writes.switchover({ leader: 'pg1', candidate: 'pg2' })).toMatchObject({
      meaning: 'refused',
      text: 'connection refused',
    });
  });

  it('stops waiting at the deadline and says unknown', async () => {
    const server = await httpServer(() => undefined);
    servers.push(server);
    const writes = createPatroniWrites({ members: [{ name: 'pg1', url: server.url }], timeoutMs: 200 });
    expect(await writes.switchover({ leader: 'pg1', candidate: 'pg2' })).toMatchObject({
      meaning: 'unknown',
      text: 'no answer within 200 ms',
    });
  });

  it('refuses a leader that is not configured', async () => {
    const writes = createPatroniWrites({ members: [] });
    await expect(writes.switchover({ leader: 'pg9', candidate: 'pg2' })).rejects.toThrow('pg9 is no configured member');
  });
});
