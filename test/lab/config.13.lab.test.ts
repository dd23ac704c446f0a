import { expect, it } from 'vitest';
import { hostNamed, ports } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ask, ended, patroniConfig, request, useScene } from '../support/scene.ts';
import type { Message } from '../../lab/slack/message.ts';

const POLICIES = [
  { risk: ['reads', 'interrupts-nothing', 'interrupts-writes', 'can-lose-data'], approvals: 1, expiresIn: '15m' },
];
const scene = useScene({ change: (config) => ({ ...config, policies: POLICIES }) });
const MEMBERS = ['pg1', 'pg2', 'pg3'] as const;

/** Asks, has it approved, and waits for its end; `between` happens before the approval. */
async function run(text: string, between: () => Promise<void> = async () => undefined): Promise<Message> {
  const plan = await request(scene, text);
  await between();
  await scene.workspace.as('adam').click(plan, 'Approve');
  return ended(scene, plan);
}

async function restOf(host: (typeof MEMBERS)[number], path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://${hostNamed(host).address}:${ports.patroni}${path}`, { signal: AbortSignal.timeout(5000) });
  return (await answer.json()) as Record<string, unknown>;
}

async function workMemOf(host: (typeof MEMBERS)[number]): Promise<string> {
  const { stdout } = await scene.lab.exec(host, ['su', 'postgres', '-c', 'psql -Atc "show work_mem"']);
  return stdout.trim();
}

it('pauses every member, with an owner and an end, and resumes when somebody says so', async () => {
  const done = await run('pause billing --for 2h --reason "kernel of pg2"');
  expect(done.shown).toMatch(/Succeeded: Pause Patroni of billing for 2 h/);
  for (const member of MEMBERS) expect((await restOf(member, '/patroni')).pause).toBe(true);
  expect((await ask(scene, 'vera', 'debts billing')).shown).toMatch(/Kept by .* until .*: kernel of pg2/);
  expect((await run('resume billing')).shown).toMatch(/Succeeded: Resume Patroni of billing/);
  for (const member of MEMBERS) expect((await restOf(member, '/patroni')).pause ?? false).toBe(false);
  expect((await ask(scene, 'vera', 'debts billing')).shown).toMatch(/Nothing that does harm/);
});

it('changes a setting on every member, notices what somebody else changed, and takes it back by one click', async () => {
  await scene.workspace.as('olga').command('/pg', 'config set billing ttl=30', { channel: 'db-ops' });
  await scene.workspace.waitForMessage((m) => m.onlyFor === 'olga' && /may not administer/.test(m.shown), { withinMs: 10_000 });

  const done = await run('config set billing work_mem=5MB --reason sorts');
  expect(done.shown).toMatch(/Succeeded: .*work_mem .* → 5MB/);
  expect(done.shown).toMatch(/pg1, pg2, pg3 run with it, by pg_settings/);
  for (const member of MEMBERS) expect(await workMemOf(member)).toBe('5MB');
  expect((await ask(scene, 'vera', 'config show billing')).shown).toContain('work_mem 5MB');

  const byHand = () => patroniConfig(scene, { postgresql: { parameters: { work_mem: '6MB' } } });
  expect((await run('config set billing work_mem=7MB', byHand)).shown).toMatch(/Stale[\s\S]*work_mem/);
  expect(await workMemOf('pg1')).not.toBe('7MB');

  const before = new Set((await scene.workspace.messages('db-ops')).map(({ ts }) => ts));
  await scene.workspace.as('olga').click(done, 'Ask for the reverse');
  const back = await scene.workspace.waitForMessage((m) => m.place === 'db-ops' && !before.has(m.ts) && m.buttons.length > 0, {
    withinMs: 15_000,
  });
  expect(back.shown).toMatch(/work_mem 6MB → /);
  await scene.workspace.as('adam').click(back, 'Approve');
  expect((await ended(scene, back)).shown).toMatch(/Succeeded/);
  await waitFor('work_mem as before', async () => ((await workMemOf('pg3')) === '4MB' ? [] : ['pg3']), { timeoutMs: 20_000 });
});
