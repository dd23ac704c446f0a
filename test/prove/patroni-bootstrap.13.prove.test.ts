import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { psql } from '../../lab/health.ts';
import { cluster } from '../../lab/inventory.ts';
import { BARE, bootstrap, clearHost, onHost, withBareHost } from '../support/bare-host.ts';
import { debian, ended, useScene } from '../support/scene.ts';

const scene = useScene({ change: withBareHost(() => scene.lab, cluster.name) });

beforeAll(async () => {
  await scene.lab.up([BARE]);
  await clearHost(scene.lab);
});
// The next file finds the cluster without the new member and its slot.
afterAll(() => scene.lab.reset());

describe(`a bare host of Debian ${debian} in a cluster that Patroni runs`, () => {
  it('is blocked by a configuration of Patroni that is there already, and keeps it', async () => {
    await onHost(scene.lab, BARE, 'echo mine >/etc/patroni/config.yml');
    expect((await bootstrap(scene, '', cluster.name)).shown).toMatch(/\/etc\/patroni\/config.yml is on c1 already/);
    expect(await onHost(scene.lab, BARE, 'cat /etc/patroni/config.yml; rm /etc/patroni/config.yml')).toBe('mine');
  });

  it('joins, is copied by Patroni, and streams; its configuration is for postgres alone', async () => {
    const plan = await bootstrap(scene, '--reason "fourth member"', cluster.name);
    const done = await ended(scene, plan);
    expect(done.shown).toMatch(/Succeeded/);
    const leader = await scene.lab.leader();
    expect(await psql(leader, `select state from pg_stat_replication where application_name = '${BARE}'`)).toBe('streaming');
    expect(await onHost(scene.lab, BARE, 'stat -c "%a %U" /etc/patroni/config.yml; systemctl is-enabled patroni')).toBe(
      '600 postgres\nenabled',
    );
    const { superuser, replication } = scene.lab.secrets.passwords;
    for (const secret of [superuser, replication])
      expect(await onHost(scene.lab, BARE, `journalctl --no-pager | grep -cF -- '${secret}'`)).toBe('0');
    expect(await scene.stage.bot.log()).not.toContain(superuser);
  });
});
