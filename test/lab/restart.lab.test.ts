import { afterAll, describe, expect, it } from 'vitest';
import { hostNamed, hostsWithRole, type HostName, ports } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ask, ended, patroniConfig, request, timelineOf, useScene } from '../support/scene.ts';

const scene = useScene();
const members = hostsWithRole('member').map(({ name }) => name);

afterAll(() => patroniConfig(scene, { postgresql: { parameters: { max_connections: null } } }));

describe('restart, reinit and reload', () => {
  it('raise a shared-memory setting on the standbys first, then on the leader in its place, with proof of each restart', async () => {
    const leader = await scene.lab.leader();
    const timeline = await timelineOf(leader);
    const before = await shown('max_connections');
    const raised = Number(before[0]) + 10;
    await patroniConfig(scene, { postgresql: { parameters: { max_connections: raised } } });
    await waitFor('a pending restart everywhere', async () => (await pending()).filter((name) => name !== ''), {
      timeoutMs: 20_000,
    });

    const plan = await request(scene, 'restart billing --pending --reason "max_connections"');
    const replicas = members.filter((name) => name !== leader);
    expect(plan.shown).toContain(`${replicas.join(', then ')}, then the leader ${leader} in its place`);
    expect(plan.shown).toMatch(new RegExp(`max_connections \\(${before[0]} (->|→) ${raised}\\) goes up`));
    await scene.workspace.as('adam').click(plan, 'Approve');
    const done = await ended(scene, plan);
    expect(done.shown).toMatch(/Succeeded/);
    expect(done.shown).toMatch(/writes stopped for [\d.]+ m?s/);
    expect(await shown('max_connections')).toEqual(members.map(() => String(raised)));
    expect([await scene.lab.leader(), await timelineOf(leader)]).toEqual([leader, timeline]);
  });

  it('copy a replica anew once its name was typed twice, and prove it by a later start', async () => {
    const leader = await scene.lab.leader();
    const [replica = leader] = members.filter((name) => name !== leader);
    const started = await sql(replica, 'select pg_postmaster_start_time()');
    expect((await ask(scene, 'olga', `reinit billing ${replica} --confirm ${leader}`)).shown).toMatch(
      /would lose its data directory/,
    );
    const plan = await request(scene, `reinit billing ${replica} --confirm ${replica} --reason "copy anew"`);
    await scene.workspace.as('adam').click(plan, 'Approve');
    expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
    expect(await sql(replica, 'select pg_postmaster_start_time()')).not.toBe(started);
    await scene.lab.waitHealthy();
  });

  it('load the configuration of every member again, without anybody being asked', async () => {
    const before = await Promise.all(members.map((name) => sql(name, 'select pg_conf_load_time()')));
    const run = await ask(scene, 'olga', 'reload billing');
    expect((await ended(scene, run)).shown).toMatch(/3 of 3 members loaded their configuration/);
    const after = await Promise.all(members.map((name) => sql(name, 'select pg_conf_load_time()')));
    expect(after.filter((at, index) => at !== before[index])).toHaveLength(3);
  });
});

/** A setting of every member, by name. */
const shown = (setting: string) => Promise.all(members.map((name) => sql(name, `show ${setting}`)));

async function sql(host: HostName, query: string): Promise<string> {
  const { stdout, stderr, code } = await scene.lab.exec(host, ['runuser', '-u', 'postgres', '--', 'psql', '-XAt', '-c', query]);
  if (code !== 0) throw new Error(`psql on ${host}: ${stderr}`);
  return stdout.trim();
}

/** The members whose Patroni does not say yet that a restart is pending. */
async function pending(): Promise<readonly string[]> {
  return Promise.all(
    members.map(async (name) => {
      const answer = await fetch(`http://${hostNamed(name).address}:${ports.patroni}/patroni`, {
        signal: AbortSignal.timeout(5000),
      });
      const { pending_restart: isPending } = (await answer.json()) as { pending_restart?: boolean };
      return isPending ? '' : name;
    }),
  );
}
