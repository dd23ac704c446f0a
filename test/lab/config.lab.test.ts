import { expect, it } from 'vitest';
import { hostNamed, ports } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ask, ended, patroniConfig, useScene } from '../support/scene.ts';
import type { Message } from '../../lab/slack/message.ts';

const scene = useScene();
const MEMBERS = ['pg1', 'pg2', 'pg3'] as const;

/** Asks for what needs no approval here, and waits for its end. */
async function run(text: string): Promise<Message> {
  return ended(scene, await ask(scene, 'anna', text));
}

async function restOf(host: (typeof MEMBERS)[number], path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://${hostNamed(host).address}:${ports.patroni}${path}`, { signal: AbortSignal.timeout(5000) });
  return (await answer.json()) as Record<string, unknown>;
}

async function workMemOf(host: (typeof MEMBERS)[number]): Promise<string> {
  const { stdout } = await scene.lab.exec(host, ['su', 'postgres', '-c', 'psql -Atc "show work_mem"']);
  return stdout.trim();
}

it('pauses with an owner and an end, tells them when it is over, and resumes only when somebody says so', async () => {
  const done = await run('pause billing --for 1m --reason "kernel of pg2"');
  expect(done.shown).toMatch(/Succeeded: Pause Patroni of billing for 1 min/);
  for (const member of MEMBERS) expect((await restOf(member, '/patroni')).pause).toBe(true);
  expect((await ask(scene, 'vera', 'debts billing')).shown).toMatch(/Kept by .* until .*: kernel of pg2/);
  const resumed = run('resume billing');
  expect((await resumed).shown).toMatch(/Succeeded: Resume Patroni of billing/);
  for (const member of MEMBERS) expect((await restOf(member, '/patroni')).pause ?? false).toBe(false);
  expect((await ask(scene, 'vera', 'debts billing')).shown).toMatch(/Nothing that does harm/);
});

it('changes a setting on every member, notices what somebody else changed, and takes it back by one click', async () => {
  const plan = await ask(scene, 'olga', 'config set billing work_mem=5MB --reason sorts');
  const done = await ended(scene, plan);
  expect(done.shown).toMatch(/Succeeded: .*work_mem .* -> 5MB/);
  expect(done.shown).toMatch(/pg1, pg2, pg3 run with it, by pg_settings/);
  for (const member of MEMBERS) expect(await workMemOf(member)).toBe('5MB');

  await patroniConfig(scene, { postgresql: { parameters: { work_mem: '6MB' } } });
  expect((await ask(scene, 'vera', 'config show billing')).shown).toContain('work_mem 6MB');
  await scene.workspace.as('olga').click(done, 'Ask for the reverse');
  const back = await scene.workspace.waitForMessage(
    (m) => m.place === 'db-ops' && /work_mem 6MB -> not set/.test(m.shown) && m.ts !== plan.ts,
    { withinMs: 15_000 },
  );
  expect((await ended(scene, back)).shown).toMatch(/Succeeded/);
  await waitFor('work_mem as before', async () => ((await workMemOf('pg3')) === '4MB' ? [] : ['pg3']), { timeoutMs: 20_000 });
});
