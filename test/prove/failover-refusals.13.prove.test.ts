import { afterEach, describe, expect, it } from 'vitest';
import { type HostName, ports } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ask, patroniConfig, type Scene, timelineOf, useScene } from '../support/scene.ts';

const scene = useScene();
const ASKED = 'failover billing --confirm billing --reason test';

describe('a failover by people', () => {
  const walled: HostName[] = [];
  afterEach(async () => {
    for (const host of walled.splice(0)) await scene.lab.exec(host, ['nft', 'delete', 'table', 'inet', 'wall']);
    // A leader that has just come back to etcd refuses the first changes of its configuration.
    await waitFor(
      'Patroni to be resumed',
      async () => {
        try {
          await patroniConfig(scene, { pause: null });
          return [];
        } catch (error) {
          return [String(error)];
        }
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    );
    await scene.lab.waitHealthy();
  }, 120_000);

  it('is refused while Patroni can act, which then acts', async () => {
    const old = await scene.lab.leader();
    await scene.lab.crash(old);
    expect((await ask(scene, 'olga', ASKED)).shown).toMatch(/Patroni acts in about \d+ s/);
    await scene.lab.waitFailover(old);
    await scene.lab.heal(old);
    await scene.lab.waitHealthy();
  });

  it('is refused while another host reaches the leader that we do not reach', async () => {
    await patroniConfig(scene, { pause: true });
    const leader = await scene.lab.leader();
    walled.push(leader);
    await wall(scene, leader, `ip saddr 10.77.0.1 tcp dport { ${ports.postgres}, ${ports.patroni} } drop`);
    expect((await ask(scene, 'olga', ASKED)).shown).toMatch(/its PostgreSQL accepts connections from pg\d/);
  });

  it('is refused while a replica still receives from a leader that nobody else reaches', async () => {
    await patroniConfig(scene, { pause: true });
    const leader = await scene.lab.leader();
    const timeline = await timelineOf(leader);
    walled.push(leader);
    // Its replication connections stay; all that is new, and etcd, is cut off, so that its lease ends.
    await wall(scene, leader, `iif lo accept`);
    await wall(scene, leader, `tcp dport { ${ports.etcdClient}, ${ports.etcdPeer} } drop`);
    await wall(scene, leader, `tcp sport { ${ports.etcdClient}, ${ports.etcdPeer} } drop`);
    await wall(scene, leader, `tcp dport { ${ports.postgres}, ${ports.patroni}, 22 } ct state new drop`);
    let shown = '';
    await waitFor(
      'the refusal that names the receivers',
      async () => {
        shown = (await ask(scene, 'olga', ASKED)).shown;
        return /WAL receivers are still connected on/.test(shown) && !/holds the leader key/.test(shown) ? [] : [shown];
      },
      { timeoutMs: 60_000 },
    );
    expect(shown).not.toContain('Approve');
    expect(await scene.lab.leader()).toBe(leader);
    await scene.lab.exec(leader, ['nft', 'delete', 'table', 'inet', 'wall']);
    walled.pop();
    expect(await timelineOf(leader)).toBe(timeline);
  });
});

/** Adds a rule to what the host takes in. */
async function wall({ lab }: Scene, host: HostName, rule: string): Promise<void> {
  const chain = 'add table inet wall; add chain inet wall in { type filter hook input priority 0; };';
  const { code, stderr } = await lab.exec(host, ['nft', `${chain} add rule inet wall in ${rule}`]);
  if (code !== 0) throw new Error(`nft on ${host}: ${stderr}`);
}
