import { describe, expect, it } from 'vitest';
import { haproxySocket } from '../../lab/pooler.ts';
import { parseAdminStates } from '../../src/hosts/haproxy-host.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { pooledClients } from '../../lab/pooled-clients.ts';
import { ended, request, type Scene, useScene } from '../support/scene.ts';
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
      expect(await adminStates(scene)).toEqual(['0', '0', '0', '0', '0', '0']);
      const before = clients.written();
      await waitFor('writes after it', async () => (clients.written() > before + 20 ? [] : ['no writes']), { timeoutMs: 10_000 });
    } finally {
      await clients.stop();
    }
    expect(clients.errors).toEqual([]);
    expect(clients.longestMs()).toBeLessThan(30_000);
  });
});

/** srv_admin_state of every member in both HAProxies: no override and no maintenance is left behind. */
async function adminStates({ lab }: Scene): Promise<readonly string[]> {
  const shown = await Promise.all(
    (['lb1', 'lb2'] as const).map((host) =>
      lab.exec(host, ['sh', '-c', `echo 'show servers state primary' | socat - UNIX-CONNECT:${haproxySocket}`]),
    ),
  );
  return shown.flatMap(({ stdout }) => [...parseAdminStates(stdout).values()]);
}
