import { afterEach, describe, expect, it } from 'vitest';
import { haHosts, type HostName } from '../../lab/inventory.ts';
import type { Message } from '../../lab/slack/message.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ask, byHand, debian, useScene } from '../support/scene.ts';

const scene = useScene();

afterEach(async () => {
  for (const host of haHosts) await scene.lab.heal(host);
  await scene.lab.waitHealthy();
}, 180_000);

describe(`what can happen to a cluster of Debian ${debian}`, () => {
  it('a leader that is cut off is announced, replaced, and told from a crash by nothing but the evidence', async () => {
    const seen = await parents();
    const old = await scene.lab.leader();
    await scene.lab.cut(old);
    const alarm = await alarmAfter(seen, (m) => m.shown.includes(old));
    const heir = await scene.lab.waitFailover(old, 120_000);
    await scene.workspace.waitForMessage((m) => m.ts === alarm.ts && m.shown.includes(heir), { withinMs: 30_000 });
    expect((await ask(scene, 'vera', 'status billing')).shown).toContain(`${heir} leads`);
    await scene.lab.heal(old);
    if (await isWedged()) await release(old);
  });

  it('a switchover by hand, not through us, is told as planned and without alarm words', async () => {
    const seen = await parents();
    const old = await scene.lab.leader();
    await byHand(scene, old);
    const told = await alarmAfter(seen, (m) => m.shown.includes(old));
    expect(told.shown.split('\n')[0]).toMatch(/switchover/);
    expect(told.shown.split('\n')[0]).not.toMatch(/failover/);
  });

  it('a killed postmaster restarts in place or fails over, and either is told', async () => {
    const seen = await parents();
    const old = await scene.lab.leader();
    const data = `/var/lib/postgresql/${scene.lab.generation.postgres}/main`;
    await scene.lab.exec(old, ['/bin/sh', '-c', `kill -9 $(head -1 ${data}/postmaster.pid)`]);
    const told = await alarmAfter(seen, (m) => m.shown.includes(old), 120_000);
    expect(told.shown).toMatch(/billing/);
  });

  it('a stopped HAProxy and a stopped Keepalived show in status, and come back', async () => {
    await scene.lab.exec('lb2', ['systemctl', 'stop', 'haproxy']);
    expect((await ask(scene, 'vera', 'status billing')).shown).toMatch(/lb2/);
    await scene.lab.exec('lb2', ['systemctl', 'start', 'haproxy']);
    await settled('haproxy on lb2');
  });

  it('two holders of the VIP are called out, because both answer', async () => {
    const holder = await vipHolder();
    // Stopped first: its child is told TERM when the parent dies, and would take the VIP away before its own KILL comes.
    for (const name of ['STOP', 'KILL']) await scene.lab.exec(holder, ['systemctl', 'kill', '-s', name, 'keepalived']);
    await waitFor(
      'status to tell of two holders',
      async () =>
        /two (hosts|holders)|lb1 and lb2|both/i.test((await ask(scene, 'vera', 'status billing')).shown) ? [] : ['two holders'],
      {
        timeoutMs: 20_000,
        everyMs: 1000,
      },
    );
    await scene.lab.exec(holder, ['systemctl', 'restart', 'keepalived']);
    await settled('the VIP');
  });

  it('a lost etcd quorum does not end the bot, and status says what could not be read', async () => {
    const leader = await scene.lab.leader();
    const others = (['pg1', 'pg2', 'pg3'] as const).filter((host) => host !== leader);
    for (const host of others) await scene.lab.exec(host, ['systemctl', 'stop', 'etcd']);
    const begun = Date.now();
    const answer = await ask(scene, 'vera', 'status billing');
    expect(Date.now() - begun).toBeLessThan(5000);
    expect(answer.shown).toMatch(/etcd/);
    expect(answer.shown).not.toMatch(/: healthy/);
    for (const host of others) await scene.lab.exec(host, ['systemctl', 'start', 'etcd']);
    await scene.lab.waitHealthy();
    await settled('etcd');
  });
});

async function parents(): Promise<ReadonlySet<string>> {
  return new Set((await scene.workspace.messages('db-alerts')).filter((m) => m.threadTs === undefined).map(({ ts }) => ts));
}

function alarmAfter(seen: ReadonlySet<string>, fits: (message: Message) => boolean, withinMs = 90_000): Promise<Message> {
  return scene.workspace.waitForMessage(
    (m) => m.fromBot && m.place === 'db-alerts' && m.threadTs === undefined && !seen.has(m.ts) && fits(m),
    { withinMs },
  );
}

async function vipHolder(): Promise<HostName> {
  for (const host of ['lb1', 'lb2'] as const) {
    const { stdout } = await scene.lab.exec(host, ['ip', '-4', 'addr', 'show']);
    if (stdout.includes('10.77.0.100')) return host;
  }
  throw new Error('nobody holds the VIP');
}

/** Patroni 3.0 can let the old leader steal the key back at the heal of a cut (dcs/etcd3.py, `_update_leader` puts without a guard). */
async function isWedged(): Promise<boolean> {
  try {
    await scene.lab.waitHealthy(45_000);
    return false;
  } catch {
    return true;
  }
}

/** The wedge is called by its name in status; stopping Patroni on the holder lets another member lead, then it rejoins. */
async function release(holder: HostName): Promise<void> {
  console.log(`${holder} stole the leader key back at the heal; released by hand`);
  expect((await ask(scene, 'vera', 'status billing')).shown).toContain(
    `${holder} holds the leader key in etcd but is not a primary`,
  );
  await scene.lab.exec(holder, ['systemctl', 'stop', 'patroni']);
  await scene.lab.waitFailover(holder, 60_000);
  await scene.lab.exec(holder, ['systemctl', 'start', 'patroni']);
}

/** Waits until status calls the cluster healthy again. */
async function settled(what: string): Promise<void> {
  const missing = async () => (/healthy/.test((await ask(scene, 'vera', 'status billing')).shown) ? [] : ['a healthy status']);
  await waitFor(`${what} to settle`, missing, { timeoutMs: 60_000, everyMs: 1000 });
}
