import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/cli/answer.ts';
import { callBot } from '../../src/cli/call-bot.ts';
import { type CliServer, type CliServerOptions, startCliServer } from '../../src/cli/cli-server.ts';
import { systemClock } from '../../src/core/clock.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'trunkline-socket-'));
const socket = join(folder, 'cli.sock');
const servers: CliServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const envelope = { request: '{}', signature: 'x' };
const saying = (summary: string): Answer => ({
  version: 1,
  outcome: 'done',
  message: { summary, parts: [], thread: [], files: [] },
});

async function start(answer: CliServerOptions['answer']): Promise<CliServer> {
  const server = await startCliServer({ place: { socket }, answer, clock: systemClock, log: quietLog });
  servers.push(server);
  return server;
}

/** What the client hears. */
async function heard(url = `unix:${socket}`, stop = never): Promise<readonly string[]> {
  const said: string[] = [];
  await callBot(url, envelope, ({ message }) => said.push(message.summary), stop);
  return said;
}

describe('the socket of the command line', () => {
  it('is for its owner and group only, takes what is sent and answers in as many lines as there are', async () => {
    const bodies: string[] = [];
    await start(async ({ body, send }) => {
      bodies.push(body);
      send(saying('one'));
      send(saying('two'));
    });
    expect((statSync(socket).mode & 0o777).toString(8)).toBe('660');
    expect(await heard()).toEqual(['one', 'two']);
    expect(bodies.map((body) => JSON.parse(body))).toEqual([envelope]);
  });

  it('is taken over from a bot that was killed, never from one that lives nor from what is no socket', async () => {
    const left = createServer().listen(socket);
    await until(() => existsSync(socket));
    await expect(start(async () => undefined)).rejects.toThrow('another program has it');
    // Closing removes the file, a kill does not.
    await new Promise((resolve) => left.close(resolve));
    writeFileSync(socket, 'precious');
    await expect(start(async () => undefined)).rejects.toThrow('is no socket');
    rmSync(socket);
  });

  it.each(['the asker leaves', 'the bot stops'])('tells whoever works on an answer that %s', async (why) => {
    let isGone = false;
    const server = await start(async ({ send, gone }) => {
      send(saying('waiting'));
      await new Promise<void>((resolve) => gone.addEventListener('abort', () => resolve()));
      isGone = true;
    });
    const [stop, said] = [new AbortController(), [] as string[]];
    const asking = callBot(`unix:${socket}`, envelope, ({ message }) => said.push(message.summary), stop.signal);
    await until(() => said.length === 1);
    if (why === 'the bot stops') await server.stop();
    else stop.abort();
    await asking;
    await until(() => isGone);
  });
});

describe('the client', () => {
  it('says of a bot that breaks off that nobody knows whether it was done', async () => {
    await start(() => Promise.reject(new Error('broken')));
    await expect(heard()).rejects.toMatchObject({ kind: 'unreachable', hint: expect.stringContaining('before you ask again') });
  });

  it('says what is wrong with an address, and when something else answers there', async () => {
    await expect(heard('ftp://x')).rejects.toThrow("'ftp://x' is no address");
    await expect(heard(`unix:${folder}/nothing`)).rejects.toThrow('there is no such socket');
    await start(async () => undefined);
    await expect(heard()).rejects.toThrow('is no Trunkline of this kind (HTTP 200)');
  });
});
