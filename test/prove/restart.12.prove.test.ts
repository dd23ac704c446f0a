import { describe, expect, it } from 'vitest';
import { dataDirectory, type HostName } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import type { Message } from '../../lab/slack/message.ts';
import { stepBegun } from '../support/lab-run.ts';
import { labMembers, pendingEverywhere, sqlOn, sqlOnAll } from '../support/lab-members.ts';
import { debian, ended, patroniConfig, request, timelineOf, useScene } from '../support/scene.ts';

const scene = useScene();
const STARTED = 'select pg_postmaster_start_time()';

describe(`restarts and reinits on Debian ${debian}`, () => {
  it('lower a shared-memory setting on the leader first, so that no standby keeps the old value', async () => {
    const leader = await scene.lab.leader();
    const before = await settled();
    await pendingEverywhere(scene, { max_connections: before - 5 });
    const done = await approved('restart billing --pending --reason lower');
    expect(done).toMatch(/Succeeded/);
    expect(done).toContain(`billing: ${[leader, ...labMembers.filter((name) => name !== leader)].join(', ')} restarted`);
    expect(await sqlOnAll(scene, 'show max_connections')).toEqual(labMembers.map(() => String(before - 5)));
  });

  it('move the lead to a restarted standby where that is asked for, and the old leader has the setting too', async () => {
    const leader = await scene.lab.leader();
    const timeline = await timelineOf(leader);
    const before = await settled();
    await pendingEverywhere(scene, { max_connections: before + 10 });
    const done = await approved('restart billing --pending --leader switchover --reason move');
    expect(done).toMatch(/Succeeded/);
    console.log(/writes stopped for .*/.exec(done)?.[0]);
    const next = await scene.lab.leader();
    expect(next).not.toBe(leader);
    expect(await timelineOf(next)).toBe(timeline + 1);
    expect(await sqlOnAll(scene, 'show max_connections')).toEqual(labMembers.map(() => String(before + 10)));
  });

  it.each(['replica', 'leader'] as const)('restart the %s once though the worker is killed in that step', async (which) => {
    const leader = await scene.lab.leader();
    const [replica = leader] = labMembers.filter((name) => name !== leader);
    const target = which === 'leader' ? leader : replica;
    const before = await settled();
    await pendingEverywhere(scene, { max_connections: before + 10 });
    const marks = await Promise.all(labMembers.map(shutdowns));
    const plan = await request(scene, 'restart billing --pending --reason "the worker dies"');
    await scene.workspace.as('adam').click(plan, 'Approve');
    await stepBegun(scene, { id: idOf(plan), plan }, `restart-${target}`);
    for (const worker of scene.stage.workers) worker.signal('SIGKILL');
    await scene.stage.startWorker();
    expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
    const now = await Promise.all(labMembers.map(shutdowns));
    expect(now.map((count, index) => count - (marks[index] ?? 0))).toEqual([1, 1, 1]);
  });

  it('copy a member anew that does not start, when somebody answers for what it held; the worker dies meanwhile', async () => {
    const leader = await scene.lab.leader();
    const [replica = leader] = labMembers.filter((name) => name !== leader);
    const started = await sqlOn(scene, replica, STARTED);
    await breakControlFile(replica);
    const words = `reinit billing ${replica} --discard ${replica} --reason "control file lost"`;
    const blocked = await request(scene, `${words} --override holds-nothing --override-reason "it was a replica"`);
    for (const who of ['adam', 'anna']) await scene.workspace.as(who).click(blocked, 'Approve');
    await stepBegun(scene, { id: idOf(blocked), plan: blocked }, 'reinit');
    for (const worker of scene.stage.workers) worker.signal('SIGKILL');
    await scene.stage.startWorker();
    expect((await ended(scene, blocked)).shown).toMatch(/Succeeded/);
    expect(await sqlOn(scene, replica, STARTED)).not.toBe(started);
    await scene.lab.waitHealthy();
  });
});

/** Asks, approves, and resolves with what the message says at the end. */
async function approved(words: string): Promise<string> {
  const plan = await request(scene, words);
  await scene.workspace.as('adam').click(plan, 'Approve');
  return (await ended(scene, plan)).shown;
}

const idOf = ({ shown }: Message): string => /\b(r[a-z0-9]{6,16})\b/.exec(shown)?.[1] ?? 'no id';

/** max_connections as every member has it and as Patroni wants it. */
async function settled(): Promise<number> {
  await scene.lab.waitHealthy();
  const value = Number(await sqlOn(scene, await scene.lab.leader(), 'show max_connections'));
  await patroniConfig(scene, { postgresql: { parameters: { max_connections: value } } });
  return value;
}

/** How often PostgreSQL of a member was shut down, by the journal of Patroni, in which its log is. */
async function shutdowns(host: HostName): Promise<number> {
  const { stdout } = await scene.lab.exec(host, ['journalctl', '-u', 'patroni', '-o', 'cat', '--no-pager']);
  return stdout.split('\n').filter((line) => line.includes('database system is shut down')).length;
}

/** PostgreSQL cannot start without its control file, so Patroni says that the start failed. */
async function breakControlFile(host: HostName): Promise<void> {
  const data = dataDirectory(scene.lab.generation);
  await scene.lab.exec(host, ['mv', `${data}/global/pg_control`, `${data}/global/pg_control.gone`]);
  await scene.lab.exec(host, ['sh', '-c', `kill -KILL "$(head -n 1 ${data}/postmaster.pid)"`]);
  await waitFor(`${host} to be down`, async () => ((await isDown(host)) ? [] : [host]), { timeoutMs: 30_000 });
}

async function isDown(host: HostName): Promise<boolean> {
  return sqlOn(scene, host, 'select 1').then(
    () => false,
    () => true,
  );
}
