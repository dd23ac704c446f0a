import { afterEach, describe, expect, it } from 'vitest';
import { type HttpServer, type Part, startHttpServer } from '../../src/observe/http-server.ts';
import { createLog } from '../../src/observe/log.ts';
import { createMetrics } from '../../src/observe/metrics.ts';

let server: HttpServer | undefined;
afterEach(async () => server?.stop());

describe('the health server', () => {
  it('is alive when a part is down, but not ready, and says which', async () => {
    const parts: Part[] = [
      { name: 'slack', ok: true, says: '2 sockets' },
      { name: 'redis', ok: false, says: 'connection refused' },
    ];
    const metrics = createMetrics();
    metrics.command({ command: 'status', result: 'answered' }, 0.2);
    server = await startHttpServer({ host: '127.0.0.1', port: 0, registry: metrics.registry, parts: () => parts });
    const get = (path: string) => fetch(`http://127.0.0.1:${server?.port}${path}`);

    expect((await get('/healthz')).status).toBe(200);
    const ready = await get('/readyz');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ready: false, parts });
    expect(await (await get('/metrics')).text()).toContain('trunkline_commands_total{command="status",result="answered"} 1');
    expect((await get('/etc/passwd')).status).toBe(404);
  });
});

describe('the log', () => {
  it('passes every line through the redactor, so that no field carries a secret out', () => {
    const lines: string[] = [];
    const log = createLog({
      level: 'info',
      redact: (line) => line.replaceAll('hunter2', '[secret]'),
      write: (line) => lines.push(line),
    });
    log.child({ run: 'r1' }).info('connected', { url: 'redis://:hunter2@h' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', run: 'r1', msg: 'connected', url: 'redis://:[secret]@h' });
  });
});
