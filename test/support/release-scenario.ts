import { describe, expect, it } from 'vitest';
import type { HostName } from '../../lab/inventory.ts';
import type { Message } from '../../lab/slack/message.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { superSql } from './diverge.ts';
import { ask, debian, ended, request, type Scene } from './scene.ts';

const TOOL = '/usr/bin/pgbackrest';

/** A wedge is made and ended. */
export function releaseScenario(scene: Scene): void {
  describe(`a leader key with no primary behind it, on Debian ${debian}`, () => {
    it('is released: the holder is stopped, another member leads, and the holder streams again', async () => {
      const holder = await scene.lab.leader();
      await superSql(scene, holder, 'drop table if exists before; create table before as select 1 as one');
      expect((await ask(scene, 'olga', 'release billing')).shown).toMatch(/is a primary by SQL/);
      await wedge(scene, holder);
      let plan: Message;
      try {
        const dry = await ask(scene, 'olga', 'release billing --dry-run');
        expect(dry.shown).toMatch(/Dry run/);
        plan = await request(scene, 'release billing --reason "it starts and starts"');
        await scene.workspace.as('adam').click(plan, 'Approve');
        await waitFor('the stop', async () => ((await isActive(scene, holder)) ? ['Patroni is still active'] : []), {
          timeoutMs: 60_000,
        });
      } finally {
        await scene.lab.exec(holder, ['/bin/mv', `${TOOL}.real`, TOOL]);
      }
      expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
      const leader = await scene.lab.leader();
      expect(leader).not.toBe(holder);
      expect(await superSql(scene, holder, 'select one from before')).toBe('1');
    });
  });
}

/** Its server crashes, and then waits for ever for WAL that its archive does not give, while Patroni keeps the key for it. */
async function wedge(scene: Scene, holder: HostName): Promise<void> {
  await scene.lab.exec(holder, ['/bin/mv', TOOL, `${TOOL}.real`]);
  await scene.lab.exec(holder, ['/bin/sh', '-c', `printf '#!/bin/sh\\nexec sleep 600\\n' >${TOOL}; chmod 755 ${TOOL}`]);
  const data = `/var/lib/postgresql/${scene.lab.generation.postgres}/main`;
  // With its children: an archiver that waits for the tool would hold the shared memory, and no new server could start.
  await scene.lab.exec(holder, ['/bin/sh', '-c', `p=$(head -1 ${data}/postmaster.pid); kill -9 $p $(pgrep -P $p)`]);
  await waitFor(
    'the wedge',
    async () => {
      const words = await superSql(scene, holder, 'select 1').catch((error: unknown) => String(error));
      return words.includes('starting up') ? [] : [`a server that waits for its archive (${words.slice(-80)})`];
    },
    { timeoutMs: 60_000 },
  );
}

async function isActive(scene: Scene, host: HostName): Promise<boolean> {
  return (await scene.lab.exec(host, ['/usr/bin/systemctl', 'is-active', 'patroni'])).stdout.trim() === 'active';
}
