import { describe, expect, it } from 'vitest';
import { waitFor } from '../../lab/wait-for.ts';
import { ask, debian, patroniConfig, publicAnswers, threadOf, useScene } from '../support/scene.ts';

const scene = useScene();

describe(`reading a live cluster of Debian ${debian}`, () => {
  it('answers status with leader, members, timeline and lag, everybody in the channel reads it', async () => {
    const leader = await scene.lab.leader();
    const answer = await ask(scene, 'vera', 'status billing');
    expect(answer.onlyFor).toBeUndefined();
    expect(answer.shown).toContain(`${leader} leads`);
    for (const member of ['pg1', 'pg2', 'pg3']) expect(answer.shown).toContain(member);
    expect(answer.shown).toMatch(/timeline \d+/);
    expect(answer.shown).toMatch(/healthy/);
  });

  it('sees a change at once, because nothing is cached', async () => {
    await patroniConfig(scene, { pause: true });
    expect((await ask(scene, 'vera', 'status billing')).shown).toMatch(/paused/i);
    await patroniConfig(scene, { pause: null });
    await waitFor(
      'Patroni to resume',
      async () => ((await ask(scene, 'vera', 'status billing')).shown.match(/paused/i) ? ['resume'] : []),
      { timeoutMs: 20_000 },
    );
  });

  it('gives the rest with --all: versions, etcd, HAProxy, VIP, disk, sources', async () => {
    const answer = await ask(scene, 'vera', 'status billing --all');
    const whole = (await threadOf(scene, answer, 1)).map(({ shown }) => shown).join('\n');
    for (const word of ['etcd', 'HAProxy', 'lb1', '10.77.0.100', 'PostgreSQL', 'Patroni', 'free']) expect(whole).toContain(word);
  });

  it('shows lag by standby and a picture of the last minutes in the thread', async () => {
    const answer = await ask(scene, 'vera', 'lag billing');
    expect(answer.shown).toMatch(/replay/);
    await waitFor(
      'the picture',
      async () => ((await threadOf(scene, answer, 1)).some(({ files }) => files.length > 0) ? [] : ['a file in the thread']),
      { timeoutMs: 20_000 },
    );
  });

  it.each([
    ['stauts billing', /did you mean \/pg status/i],
    ['status biling', /billing/],
    ['status billing --al', /did you mean --all/i],
    ['status "billing', /quote/i],
    ['switchover billing --to pg9', /pg1|pg2|pg3/],
    [`status ${'x'.repeat(4_000)}`, /characters/],
    ['status <!channel>', /there is no|does not fit/i],
    ['status billing; rm -rf /', /too many|does not fit|there is no/i],
    ['status \u202egnillib', /./],
  ])('refuses %j to the asker alone, with a hint', async (text, words) => {
    const before = new Set((await scene.workspace.as('olga').inbox()).map(({ ts }) => ts));
    await scene.workspace.as('olga').command('/pg', text, { channel: 'db-ops' });
    const answer = await scene.workspace.waitForMessage((m) => m.onlyFor === 'olga' && !before.has(m.ts), { withinMs: 10_000 });
    expect(answer.shown).toMatch(words);
    expect(JSON.stringify(answer.blocks)).not.toContain('<!channel>');
  });

  it.each([
    ['gus', 'db-ops', /guest/i],
    ['pat', 'partners', /./],
    ['vera', 'partners', /shared|organisation/i],
  ])('refuses %s in #%s, because not everybody in Slack may look', async (who, channel, words) => {
    const count = (await publicAnswers(scene, channel)).length;
    await scene.workspace.as(who).command('/pg', 'status billing', { channel });
    const refused = await scene.workspace.waitForMessage((m) => m.onlyFor === who && m.place === channel, { withinMs: 10_000 });
    expect(refused.shown).toMatch(words);
    expect((await publicAnswers(scene, channel)).length).toBe(count);
  });

  it('does not let a viewer ask for a switchover', async () => {
    await scene.workspace.as('vera').command('/pg', 'switchover billing', { channel: 'db-ops' });
    const refused = await scene.workspace.waitForMessage((m) => m.onlyFor === 'vera' && /switchover|role/.test(m.shown), {
      withinMs: 10_000,
    });
    expect(refused.shown).toMatch(/no command|role/i);
  });
});
