import { describe, expect, it } from 'vitest';
import { waitFor } from '../../lab/wait-for.ts';
import { pooledClients } from '../../lab/pooled-clients.ts';
import { ended, request, useScene } from '../support/scene.ts';
import { withPoolers } from '../support/with-poolers.ts';

const scene = useScene({ change: await withPoolers() });

describe('a switchover of a cluster behind PgBouncer', () => {
  it('fails no query of its clients: they wait, and the pause is over when it ends', async () => {
    const from = await scene.lab.leader();
    const clients = pooledClients(scene.lab.secrets.passwords.probe);
    await waitFor('clients', async () => (clients.written() > 20 ? [] : [`${clients.written()} writes, ${clients.errors[0]}`]), {
      timeoutMs: 10_000,
    });
    try {
      const plan = await request(scene, 'switchover billing --reason "without errors"');
      expect(plan.shown).toContain('Queries wait in PgBouncer');
      await scene.workspace.as('adam').click(plan, 'Approve');
      const done = await ended(scene, plan);
      expect(done.shown).toMatch(/Succeeded/);
      expect(await scene.lab.leader()).not.toBe(from);
      const before = clients.written();
      await waitFor('writes after it', async () => (clients.written() > before + 20 ? [] : ['no writes']), { timeoutMs: 10_000 });
      console.log(`the longest query took ${clients.longestMs()} ms, ${clients.written()} writes\n${done.shown}`);
    } finally {
      await clients.stop();
    }
    expect(clients.errors).toEqual([]);
    expect(clients.longestMs()).toBeLessThan(30_000);
  });
});
