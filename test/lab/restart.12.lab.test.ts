import { describe, expect, it } from 'vitest';
import { labMembers, pendingEverywhere, sqlOn, sqlOnAll } from '../support/lab-members.ts';
import { ask, ended, publicAnswers, request, timelineOf, useScene } from '../support/scene.ts';

const scene = useScene();

describe('restart, reinit and reload', () => {
  it('raise a shared-memory setting on the standbys first, then on the leader in its place, with proof of each restart; nobody is alarmed', async () => {
    const leader = await scene.lab.leader();
    const timeline = await timelineOf(leader);
    const alarms = (await publicAnswers(scene, 'db-alerts')).length;
    const before = Number(await sqlOn(scene, leader, 'show max_connections'));
    await pendingEverywhere(scene, { max_connections: before + 10 });

    const plan = await request(scene, 'restart billing --pending --reason "max_connections"');
    const replicas = labMembers.filter((name) => name !== leader);
    expect(plan.shown).toContain(`${replicas.join(', then ')}, then the leader ${leader} in its place`);
    expect(plan.shown).toMatch(new RegExp(`max_connections \\(${before} (->|→) ${before + 10}\\) goes up`));
    await scene.workspace.as('adam').click(plan, 'Approve');
    const done = await ended(scene, plan);
    expect(done.shown).toMatch(/Succeeded/);
    expect(done.shown).toMatch(/writes stopped for [\d.]+ m?s/);
    expect(await sqlOnAll(scene, 'show max_connections')).toEqual(labMembers.map(() => String(before + 10)));
    expect([await scene.lab.leader(), await timelineOf(leader)]).toEqual([leader, timeline]);
    expect((await publicAnswers(scene, 'db-alerts')).slice(alarms).map(({ shown }) => shown)).toEqual([]);
  });

  it('copy a replica anew once its name was typed twice, and prove it by a later start', async () => {
    const leader = await scene.lab.leader();
    const [replica = leader] = labMembers.filter((name) => name !== leader);
    const started = await sqlOn(scene, replica, 'select pg_postmaster_start_time()');
    const slip = await ask(scene, 'olga', `reinit billing ${replica} --discard ${leader}`);
    expect(slip.shown).toMatch(/would lose its data directory/);
    const plan = await request(scene, `reinit billing ${replica} --discard ${replica} --reason "copy anew"`);
    await scene.workspace.as('adam').click(plan, 'Approve');
    expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
    expect(await sqlOn(scene, replica, 'select pg_postmaster_start_time()')).not.toBe(started);
    await scene.lab.waitHealthy();
  });

  it('load the configuration of every member again, without anybody being asked', async () => {
    const before = await sqlOnAll(scene, 'select pg_conf_load_time()');
    const run = await ask(scene, 'olga', 'reload billing');
    expect((await ended(scene, run)).shown).toMatch(/3 of 3 members loaded their configuration/);
    const after = await sqlOnAll(scene, 'select pg_conf_load_time()');
    expect(after.filter((at, index) => at !== before[index])).toHaveLength(3);
  });
});
