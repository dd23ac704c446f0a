import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { startWorkspace } from '../../lab/slack/workspace.ts';
import { type Ended, runProgram } from '../program/support/program.ts';
import { timelineOf, useScene } from '../support/scene.ts';
import { sshKeys } from '../support/ssh-keys.ts';
import { until } from '../support/until.ts';

const keys = sshKeys();
const people = { adam: keys.make('ed25519'), anna: keys.make('ecdsa', '-b', '256') };
const port = 9189;
const listed = Object.entries(people).map(([name, { line }]) => ({ user: `U0${name.toUpperCase()}`, name, keys: [line] }));
const scene = useScene({ change: (config) => ({ ...config, cli: { port, people: listed } }) });
afterAll(() => keys.remove());

/** What a person at a terminal types and reads. */
const type = (who: { readonly path: string }, ...words: readonly string[]): Promise<Ended> =>
  runProgram(words, { TRUNKLINE_URL: `http://127.0.0.1:${port}`, TRUNKLINE_KEY: who.path, LANG: 'C.UTF-8' }, 120_000);

/** Until the bot has heard from Slack who the listed people are. */
async function heardOfAll(): Promise<void> {
  const redis = new Redis({ host: '127.0.0.1', port: scene.stage.redis.port });
  try {
    await until(async () => (await redis.hlen('{trunkline}:people')) === listed.length, 20_000);
  } finally {
    redis.disconnect();
  }
}

/** From the request to the end of the run. On a busy machine the second plan may lack what the first had: then one asks again. */
async function switchedOver(from: string): Promise<{ readonly id: string; readonly watched: Ended }> {
  for (let tries = 1; ; tries += 1) {
    const asked = await type(people.adam, 'run', 'switchover billing --reason "kernel update, Slack is down"');
    expect(asked.output).toContain(`Waiting for approval: Switch billing over from ${from}`);
    expect(asked.code).toBe(0);
    const id = /Run `(r[a-z0-9]+)`/.exec(asked.output)?.[1] ?? 'no id';
    const own = await type(people.adam, 'approve', id);
    expect(own).toMatchObject({ code: 1, output: expect.stringContaining('your vote does not count') });
    expect(await scene.lab.leader()).toBe(from);
    const other = await type(people.anna, 'approve', id);
    expect(other).toMatchObject({ code: 0, output: expect.stringContaining('Approved, it starts now') });
    const watched = await type(people.adam, 'watch', id);
    if (tries === 3 || !/Stale[\s\S]*(could not be read|no answer within)/.test(watched.output)) return { id, watched };
  }
}

describe('an hour without Slack', () => {
  it('is an hour with the command line: request, approval by another person, and the switchover, on real hosts', async () => {
    await heardOfAll();
    const [from, before] = [await scene.lab.leader(), await timelineOf(await scene.lab.leader())];
    const { origin, seed } = scene.workspace;
    await scene.workspace.stop();

    const { id, watched } = await switchedOver(from);
    expect(watched.output).toMatch(/Succeeded: Switch billing over/);
    expect(watched.output).toMatch(/writes stopped for [\d.]+ m?s/);
    expect(watched.code).toBe(0);
    const to = await scene.lab.leader();
    expect(to).not.toBe(from);
    expect(await timelineOf(to)).toBe(before + 1);

    scene.workspace = await startWorkspace({ port: Number(new URL(origin).port), seed });
    const message = await scene.workspace.waitForMessage(({ shown }) => shown.includes(id) && shown.includes('Succeeded'), {
      channel: 'db-ops',
      withinMs: 90_000,
    });
    expect(message.shown).toContain('approved by @anna');
    const parents = (await scene.workspace.messages('db-ops')).filter(({ threadTs }) => threadTs === undefined);
    expect(parents.filter(({ shown }) => shown.includes(id)).map(({ shown }) => shown)).toHaveLength(1);
  });
});

afterAll(() => scene.workspace?.stop());
