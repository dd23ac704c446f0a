import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/cli/answer.ts';
import { type CliServer, startCliServer } from '../../src/cli/cli-server.ts';
import { watchRun } from '../../src/cli/watch-run.ts';
import { systemClock } from '../../src/core/clock.ts';
import { quietLog } from '../support/quiet-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'trunkline-watch-'));
const socket = join(folder, 'cli.sock');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function card(state: string, lines: readonly string[], outcome: Answer['outcome'] = 'done'): Answer {
  const message = { summary: 's', parts: lines.map((line) => ({ line, sign: undefined })), thread: [], files: [] };
  return {
    version: 1,
    outcome,
    message,
    ...(outcome === 'done' ? { run: { id: 'r4k2m9xq', state, over: state === 'succeeded' } } : {}),
  };
}

/** Watches a bot that answers each request with these; between two requests it is gone. */
async function watch(...requests: readonly (readonly Answer[])[]) {
  const left = [...requests];
  let signed = 0;
  let server: CliServer | undefined;
  const open = async () => {
    server = await startCliServer({
      place: { socket },
      async answer({ send }) {
        for (const answer of left.shift() ?? []) send(answer);
      },
      clock: systemClock,
      log: quietLog,
    });
  };
  let [out, err] = ['', ''];
  await open();
  try {
    const last = await watchRun(`unix:${socket}`, {
      async envelope() {
        signed += 1;
        return { request: '{}', signature: 'x' };
      },
      print: {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        terminal: { ansi: false, pictures: false },
      },
      stop: new AbortController().signal,
      clock: {
        ...systemClock,
        async sleep() {
          await server?.stop();
          await open();
        },
      },
    });
    return { last, out, err, signed };
  } finally {
    await server?.stop();
  }
}

describe('watching a run', () => {
  it('shows what is new, over a restart of the bot, until the run has ended', async () => {
    const { last, out, err, signed } = await watch(
      [card('running', ['Running', 'one']), card('running', ['Running', 'one', 'two'])],
      [card('running', ['Running', 'one', 'two'], 'away'), card('succeeded', ['Succeeded', 'two'])],
    );
    expect(last?.run?.state).toBe('succeeded');
    expect(out).toBe('Running\none\ntwo\nSucceeded\n');
    expect(err).toBe('The bot is away; its run goes on, and is shown when it is back.\n');
    expect(signed).toBe(2);
  });

  it.each(['refused', 'away'] as const)('ends at once with a first answer that is %s', async (outcome) => {
    const { last, signed } = await watch([card('', ['no'], outcome)]);
    expect([last?.outcome, signed]).toEqual([outcome, 1]);
  });
});
