import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createPatroniPing } from '../../src/patroni/patroni-ping.ts';
import { httpServer } from '../support/http-server.ts';

const members = (port: number) => [{ name: 'pg1', url: `http://127.0.0.1:${port}` }];

describe('whether a member answers', () => {
  it('is told by any answer, whatever it says', async () => {
    const server = await httpServer((_, response) => response.writeHead(503).end('not now'));
    const ping = createPatroniPing({ members: members(server.port) });
    for (let i = 0; i < 3; i += 1) expect(await ping.ask('pg1')).toEqual({ answered: true });
    expect(server.requests).toEqual(['GET /patroni', 'GET /patroni', 'GET /patroni']);
    ping.close();
    await server.close();
  });

  it('is asked anew when the server has closed the kept connection', async () => {
    const server = await httpServer((request, response) => {
      response.end('well');
      setImmediate(() => request.socket.resetAndDestroy());
    });
    const ping = createPatroniPing({ members: members(server.port) });
    for (let i = 0; i < 5; i += 1) expect(await ping.ask('pg1')).toEqual({ answered: true });
    ping.close();
    await server.close();
  });

  it('is no when nobody listens, when nothing is said in time, and for a name that is not known', async () => {
    const mute = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const address = mute.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ping = createPatroniPing({ members: members(port), timeoutMs: 50 });
    expect(await ping.ask('pg1')).toEqual({ answered: false, why: 'no answer within 50 ms' });
    expect(await ping.ask('pg9')).toEqual({ answered: false, why: 'there is no member pg9' });
    const shut = createPatroniPing({ members: members(1) });
    expect(await shut.ask('pg1')).toEqual({ answered: false, why: 'connection refused' });
    for (const each of [ping, shut]) each.close();
    mute.close();
  });
});
