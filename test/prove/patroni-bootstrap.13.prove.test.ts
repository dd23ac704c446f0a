import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { psql } from '../../lab/health.ts';
import { cluster } from '../../lab/inventory.ts';
import { BARE, bootstrap, clearHost, onHost, withBareHost } from '../support/bare-host.ts';
import { stepBegun } from '../support/lab-run.ts';
import { debian, ended, useScene } from '../support/scene.ts';

/** What the leader's patroni.yml says of etcd. */
const CA = '/etc/etcd-ca.crt';
const ETCD_PASSWORD = 'of-etcd-8Qx2';
const CONFIG = '/etc/patroni/config.yml';

const scene = useScene({ change: withBareHost(() => scene.lab, cluster.name) });

beforeAll(async () => {
  await scene.lab.up([BARE]);
  await clearHost(scene.lab);
});
// The next file finds the cluster without the new member and its slot.
afterAll(() => scene.lab.reset());

const onLeader = async (script: string) => onHost(scene.lab, await scene.lab.leader(), script);

describe(`a bare host of Debian ${debian} in a cluster that Patroni runs`, () => {
  it('is blocked by a configuration of Patroni that is there already, and keeps it', async () => {
    await onHost(scene.lab, BARE, 'echo mine >/etc/patroni/config.yml');
    expect((await bootstrap(scene, '', cluster.name)).shown).toMatch(/\/etc\/patroni\/config.yml is on c1 already/);
    expect(await onHost(scene.lab, BARE, 'cat /etc/patroni/config.yml; rm /etc/patroni/config.yml')).toBe('mine');
  });

  it('is blocked where it lacks a certificate by which its leader speaks to etcd, and the block names it', async () => {
    await onLeader(
      `sed -i 's|^etcd3:$|etcd3:\\n  cacert: ${CA}\\n  username: patroni\\n  password: ${ETCD_PASSWORD}|' ${CONFIG}; touch ${CA}`,
    );
    const { shown } = await bootstrap(scene, '', cluster.name);
    expect(shown).toMatch(
      /speak to etcd as on pg\d: http, with the CA \/etc\/etcd-ca.crt, as the user patroni with its password; \/etc\/etcd-ca.crt is not on c1, or/,
    );
    await onHost(scene.lab, BARE, `umask 077; touch ${CA}`);
    expect((await bootstrap(scene, '', cluster.name)).shown).toMatch(/etcd-ca.crt is not on c1, or postgres may not read it/);
  });

  it('gets the login for etcd of its leader, which nothing shows', async () => {
    await onHost(scene.lab, BARE, `chmod 644 ${CA}`);
    const plan = await bootstrap(scene, '', cluster.name);
    const id = /\b(r[a-z0-9]{6,16})\b/.exec(plan.shown)?.[1] ?? 'no id';
    await stepBegun(scene, { id, plan }, 'join');
    const etcd = await onHost(scene.lab, BARE, `sed -n '/^etcd3:/,/^postgresql:/p' ${CONFIG}`);
    for (const line of [`cacert: ${CA}`, 'username: patroni', `password: ${ETCD_PASSWORD}`]) expect(etcd).toContain(line);
    expect(await onHost(scene.lab, BARE, `stat -c '%a %U' ${CONFIG}`)).toBe('600 postgres');
    // etcd of the lab knows no logins, so that Patroni gets no further by this one.
    await scene.workspace.as('olga').command('/pg', `cancel ${id}`, { channel: 'db-ops' });
    const done = await scene.workspace.waitForMessage((m) => m.ts === plan.ts && /Cancelled/.test(m.shown), { withinMs: 90_000 });
    const thread = (await scene.workspace.thread(plan.ts, plan.place)).map(({ shown }) => shown).join('\n');
    for (const text of [done.shown, thread, await scene.stage.bot.log()]) expect(text).not.toContain(ETCD_PASSWORD);
    for (const host of [BARE, await scene.lab.leader()] as const)
      expect(await onHost(scene.lab, host, `journalctl --no-pager | grep -cF -- '${ETCD_PASSWORD}'`)).toBe('0');
    await clearHost(scene.lab);
    await onLeader(`sed -i '/^  username: patroni$/d; /^  password: ${ETCD_PASSWORD}$/d' ${CONFIG}`);
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
    expect(await onHost(scene.lab, BARE, `grep -c '^  cacert: ${CA}$' ${CONFIG}`)).toBe('1');
    const { superuser, replication } = scene.lab.secrets.passwords;
    for (const secret of [superuser, replication])
      expect(await onHost(scene.lab, BARE, `journalctl --no-pager | grep -cF -- '${secret}'`)).toBe('0');
    expect(await scene.stage.bot.log()).not.toContain(superuser);
  });
});
