import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createWriteProbe } from '../../src/postgres/write-probe.ts';
import { quietLog } from '../support/quiet-log.ts';

const sockets: Socket[] = [];
/** Takes the first message, which asks for a login, says nothing to it, and hangs up at the next, which says goodbye. */
const silent = createServer((socket) => {
  sockets.push(socket.on('error', () => undefined));
  socket.once('data', () => socket.once('data', () => socket.destroy()));
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

it('stops while its connection is still being made, as a run that went on may be over by then and waits for it', async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const login = { host: '127.0.0.1', port, database: 'probe', user: 'probe', password: 'x' };
  const probe = createWriteProbe({ login, clock: systemClock, log: quietLog });
  const started = probe.start('r1');
  await once(silent, 'connection');
  expect(await probe.stop()).toMatchObject({ writes: 0 });
  expect(await started).toBe(false);
});
