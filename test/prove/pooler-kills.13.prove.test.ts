import { describe, expect, it } from 'vitest';
import { Redis } from 'ioredis';
import { waitFor } from '../../lab/wait-for.ts';
import { pooledClients } from '../../lab/pooled-clients.ts';
import { request, useScene } from '../support/scene.ts';
import { withPoolers } from '../support/with-poolers.ts';

const scene = useScene({ change: await withPoolers() });

describe('clients behind PgBouncer, while it is paused', () => {
  it('go on within 30 s when worker and Redis are killed at that moment, as the host resumes by itself', async () => {
    const clients = pooledClients(scene.lab.secrets.passwords.probe);
    await waitFor('clients', async () => (clients.written() > 20 ? [] : ['no writes']), { timeoutMs: 10_000 });
    const plan = await request(scene, 'switchover billing --reason "killed while paused"');
    const id = /\b(r[a-z0-9]{6,16})\b/.exec(plan.shown)?.[1] ?? '';
    const redis = new Redis({ host: '127.0.0.1', port: scene.stage.redis.port, maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    await scene.workspace.as('adam').click(plan, 'Approve');
    const begun = async () => ((await redis.hexists(`{trunkline}:journal:${id}`, 'switchover')) === 1 ? [] : ['not paused yet']);
    await waitFor('the step after the pause', begun, { timeoutMs: 60_000, everyMs: 3 });
    redis.disconnect();
    for (const worker of scene.stage.workers) worker.signal('SIGKILL');
    await scene.stage.redis.stop();
    const killedAt = Date.now();
    const before = clients.written();
    await waitFor('a write after the kill', async () => (clients.written() > before + 5 ? [] : ['none yet']), {
      timeoutMs: 40_000,
    });
    const waited = clients.lastAtMs() - killedAt;
    await clients.stop();
    console.log(`clients went on ${waited} ms after the kill; the longest query took ${clients.longestMs()} ms`);
    expect(waited).toBeLessThan(30_000);
    expect(clients.longestMs()).toBeLessThan(30_000);
    await scene.lab.waitHealthy();
  });
});
