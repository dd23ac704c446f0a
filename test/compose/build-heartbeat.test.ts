import { afterEach, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { buildHeartbeat } from '../../src/compose/build-heartbeat.ts';
import { loadConfig } from '../../src/config/load.ts';
import { resolveSecrets } from '../../src/config/secrets.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';
import { notedLog } from '../support/noted-log.ts';
import { createFakeClock } from '../chat/fake-clock.ts';
import { until } from '../support/until.ts';

const good = readFileSync(new URL('../config/good.yml', import.meta.url), 'utf8');
let server: TestServer | undefined;
afterEach(() => server?.close());

async function beaten(status: number, method = 'POST') {
  server = await httpServer((_, response) => response.writeHead(status, { location: '/else' }).end());
  const [clock, { log, lines }, metrics] = [createFakeClock(), notedLog(), createMetrics()];
  const config = loadConfig(`${good}alerts: { heartbeat: { url: env:BEAT_URL, method: ${method} } }\n`, 'f.yml');
  const { secrets } = resolveSecrets([{ path: 'x', reference: 'env:BEAT_URL' }], {
    env: { BEAT_URL: `${server.url}/beat/hunter2` },
    readFile: () => '',
  });
  const heartbeat = buildHeartbeat({ config, secrets, check: async () => [], metrics, clock, log });
  await clock.advance(60_000);
  return { heartbeat, lines, metrics, clock };
}

describe('a beat', () => {
  it('is one request to the secret address', async () => {
    const { heartbeat, metrics } = await beaten(200);
    await until(() => heartbeat?.part().says.includes('was taken') ?? false);
    expect(server?.requests).toEqual(['POST /beat/hunter2']);
    expect(await metrics.registry.metrics()).toContain('trunkline_heartbeats_total{result="sent"} 1');
    heartbeat?.stop();
  });

  it('that is answered otherwise is told without the address, and not sent elsewhere', async () => {
    const { heartbeat, lines, clock } = await beaten(302, 'GET');
    await until(async () => {
      await clock.advance(2000);
      return heartbeat?.part().ok === false;
    });
    expect(heartbeat?.part().says).toContain('redirect');
    expect(server?.requests).toEqual(['GET /beat/hunter2', 'GET /beat/hunter2', 'GET /beat/hunter2']);
    expect(JSON.stringify([lines, heartbeat?.part()])).not.toContain('hunter2');
    heartbeat?.stop();
  });
});
