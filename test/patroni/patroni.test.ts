import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createPatroni } from '../../src/patroni/patroni.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';
import { cluster41, history30, primary30, replica30, replica40, stopped40 } from './patroni-fixtures.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function patroniThatSays(answers: Record<string, unknown>, status = 200) {
  const server = await httpServer((request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answers[request.url ?? '']));
  });
  servers.push(server);
  return createPatroni({ members: [{ name: 'pg1', url: server.url }], clock: systemClock, timeoutMs: 500 });
}

describe('reading Patroni', () => {
  it('calls the primary of release 3.0 primary, and takes the name from the configuration as 3.0 does not tell it', async () => {
    const patroni = await patroniThatSays({ '/patroni': primary30 });
    expect(await patroni.member('pg1')).toMatchObject({
      ok: true,
      value: {
        name: 'pg1',
        role: 'primary',
        timeline: 3,
        systemId: '7711123950511697988',
        pendingRestart: true,
        postgresVersionNum: 150018,
      },
    });
  });

  it('tells a paused replay, which a switchover must refuse', async () => {
    const patroni = await patroniThatSays({ '/patroni': replica30 });
    expect(await patroni.member('pg1')).toMatchObject({ value: { role: 'replica', state: 'running', replayPaused: true } });
  });

  it('reads release 4.0: name, replication state, reason of the pending restart, tags, pause', async () => {
    const patroni = await patroniThatSays({ '/patroni': replica40 });
    expect(await patroni.member('pg1')).toMatchObject({
      value: {
        name: 'pg2',
        replicationState: 'streaming',
        pendingRestartReason: { max_connections: { old: '100', new: '200' } },
        scheduledRestart: '2026-11-23T03:00:00+00:00',
        paused: true,
        tags: { nofailover: true },
      },
    });
  });

  it('reads a member whose PostgreSQL is down, where timeline and identifier are absent', async () => {
    const patroni = await patroniThatSays({ '/patroni': stopped40 });
    const reading = await patroni.member('pg1');
    expect(reading).toMatchObject({
      value: { role: 'demoted', clusterUnlocked: true, failsafeActive: true, watchdogFailed: true },
    });
    expect(reading.ok && 'timeline' in reading.value).toBe(false);
  });

  it("folds the lag 'unknown' of 4.1 into no number at all, never 0", async () => {
    const patroni = await patroniThatSays({ '/cluster': cluster41 });
    const reading = await patroni.cluster('pg1');
    expect(reading.ok && reading.value.members.map((member) => member.replay_lag)).toEqual([undefined, 12, undefined]);
  });

  it('reads a history whose old rows have neither time nor leader', async () => {
    const patroni = await patroniThatSays({ '/history': history30 });
    const reading = await patroni.history('pg1');
    expect(reading.ok && reading.value.map(({ timeline, newLeader }) => [timeline, newLeader])).toEqual([
      [1, 'pg2'],
      [2, undefined],
    ]);
  });

  it('asks anew each time, as nothing may be cached', async () => {
    const patroni = await patroniThatSays({ '/patroni': replica40, '/config': { ttl: 30 } });
    await patroni.member('pg1');
    await patroni.member('pg1');
    expect(servers[0]?.requests).toEqual(['GET /patroni', 'GET /patroni']);
    expect(await patroni.config('pg1')).toMatchObject({ value: { ttl: 30 } });
  });
});

describe('a Patroni that gives no answer', () => {
  it('says that the connection was refused', async () => {
    const server = await httpServer(() => undefined);
    await server.close();
    const patroni = createPatroni({ members: [{ name: 'pg1', url: server.url }], clock: systemClock });
    expect(await patroni.member('pg1')).toMatchObject({
      ok: false,
      why: 'connection refused',
      source: `GET ${server.url}/patroni`,
    });
  });

  it('gives up at the deadline even while bytes keep dripping in', async () => {
    const server = await httpServer((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drip));
    });
    servers.push(server);
    const patroni = createPatroni({ members: [{ name: 'pg1', url: server.url }], clock: systemClock, timeoutMs: 300 });
    const began = Date.now();
    expect(await patroni.member('pg1')).toMatchObject({ ok: false, why: 'no answer within 300 ms' });
    expect(Date.now() - began).toBeLessThan(1500);
  });

  it.each([
    ['a web page', (body: (text: string) => void) => body('<html>'), /not JSON/],
    ['another program', (body: (text: string) => void) => body('{"role":"king"}'), /form that Trunkline does not know/],
    ['two mebibytes', (body: (text: string) => void) => body('x'.repeat(2 * 1024 ** 2)), /more than 1 MiB/],
  ])('says in words that it got %s', async (_what, say, words) => {
    const server = await httpServer((_request, response) => say((text) => response.end(text)));
    servers.push(server);
    const patroni = createPatroni({ members: [{ name: 'pg1', url: server.url }], clock: systemClock });
    const reading = await patroni.member('pg1');
    expect(reading.ok ? '' : reading.why).toMatch(words);
  });

  it('does not follow a redirect', async () => {
    const target = await httpServer((_request, response) => response.end(JSON.stringify(replica40)));
    const server = await httpServer((_request, response) => response.writeHead(302, { location: `${target.url}/patroni` }).end());
    servers.push(target, server);
    const patroni = createPatroni({ members: [{ name: 'pg1', url: server.url }], clock: systemClock });
    expect(await patroni.member('pg1')).toMatchObject({ ok: false, why: 'answered 302 to GET /patroni' });
    expect(target.requests).toEqual([]);
  });
});
