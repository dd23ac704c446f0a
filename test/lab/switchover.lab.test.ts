import { describe, expect, it } from 'vitest';
import { hostNamed, ports } from '../../lab/inventory.ts';
import { labRun } from '../support/lab-run.ts';
import { ask, byHand, ended, publicAnswers, request, threadOf, useScene } from '../support/scene.ts';

const scene = useScene();

describe('a switchover', () => {
  it('needs another person, runs step by step, and is proven on the hosts; nobody is alarmed', async () => {
    const from = await scene.lab.leader();
    const alarms = (await publicAnswers(scene, 'db-alerts')).length;
    const plan = await request(scene, 'switchover billing --reason "kernel update <!channel> *now*"');
    expect(plan.shown).toContain(from);
    expect(JSON.stringify(plan.blocks)).not.toContain('<!channel>');
    const [checks] = await threadOf(scene, plan, 1);
    expect(checks?.shown).toMatch(new RegExp(`${from} reaches Patroni on pg\\d \\(answer 200\\)`));
    expect(checks?.shown).toMatch(/etcd has had the same leader for/);
    expect(checks?.shown).toContain('lb1 ends the sessions on a server that it marks down');

    await scene.workspace.as('olga').click(plan, 'Approve');
    await scene.workspace.waitForMessage((m) => m.onlyFor === 'olga' && /vote does not count/i.test(m.shown), {
      withinMs: 10_000,
    });
    await scene.workspace.as('vera').click(plan, 'Approve');
    await scene.workspace.waitForMessage((m) => m.onlyFor === 'vera' && /may not approve/.test(m.shown), { withinMs: 10_000 });
    expect(await scene.lab.leader()).toBe(from);

    await Promise.all(
      Array.from({ length: 20 }, () =>
        scene.workspace
          .as('adam')
          .click(plan, 'Approve')
          .catch(() => undefined),
      ),
    );
    const done = await ended(scene, plan);
    expect(done.shown).toMatch(/Done|Succeeded/);
    expect(done.shown).toMatch(/timeline/);
    expect(done.shown).toMatch(/writes stopped for [\d.]+ m?s/);
    const to = await scene.lab.leader();
    expect(to).not.toBe(from);
    await scene.lab.waitHealthy();
    const told = (await scene.workspace.messages('db-alerts')).filter((m) => m.fromBot);
    expect(told.slice(alarms).map(({ shown }) => shown)).toEqual([]);
  });

  it('is refused while the leader alone can not reach the REST API of the candidate, which Patroni would find out too late', async () => {
    const from = await scene.lab.leader();
    const to = from === 'pg1' ? 'pg2' : 'pg1';
    const nft = (rules: string) => scene.lab.exec(from, ['nft', rules], { timeoutMs: 10_000 });
    await nft(
      `table inet cut { chain out { type filter hook output priority 0; ip daddr ${hostNamed(to).address} tcp dport ${ports.patroni} reject with tcp reset; }; }`,
    );
    try {
      const refused = await ask(scene, 'olga', `switchover billing --to ${to} --reason cut`);
      expect(refused.shown).toContain(`${to} is not reachable from the leader ${from}: the connection is refused`);
    } finally {
      await nft('delete table inet cut');
    }
  });

  it('goes where --to says, and /pg run shows it afterwards', async () => {
    const from = await scene.lab.leader();
    const to = from === 'pg1' ? 'pg2' : 'pg1';
    const plan = await request(scene, `switchover billing --to ${to} --reason move`);
    await scene.workspace.as('anna').click(plan, 'Approve');
    expect((await ended(scene, plan)).shown).toMatch(/Done|Succeeded/);
    expect(await scene.lab.leader()).toBe(to);
    await scene.lab.waitHealthy();
    const id = /\b(r[a-z0-9]{6,16})\b/.exec(plan.shown)?.[1] ?? 'no id';
    expect((await ask(scene, 'vera', `run ${id}`)).shown).toMatch(/Done|Succeeded/);
    expect((await ask(scene, 'vera', 'runs')).shown).toContain(id);
  });

  it('is stale when the leader changed between request and approval, and changes nothing', async () => {
    const plan = await request(scene, 'switchover billing --reason stale');
    const before = await scene.lab.leader();
    await byHand(scene, before);
    const after = await scene.lab.leader();
    await scene.lab.waitHealthy();
    await scene.workspace.as('adam').click(plan, 'Approve');
    const end = await ended(scene, plan);
    expect(end.shown).toMatch(/stale/i);
    expect(await scene.lab.leader()).toBe(after);
  });

  it('survives kill -9 of the worker in the step that switches over, and switches over once', async () => {
    const run = await labRun(scene, 'the worker dies in the switchover');
    await run.approve();
    await run.begun('switchover');
    for (const worker of scene.stage.workers) worker.signal('SIGKILL');
    await scene.stage.startWorker();
    expect(await run.soundEnd()).toMatch(/^Succeeded/);
  });
});
