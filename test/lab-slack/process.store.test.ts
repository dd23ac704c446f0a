import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../lab/slack/main.ts', import.meta.url));

describe('the workspace as a program', () => {
  it('takes local-slack with it, even when it is killed', async () => {
    const { child, localSlack } = await start();
    child.kill('SIGKILL');
    await gone(localSlack);
  });

  it('ends with an error when local-slack ends', async () => {
    const { child, localSlack } = await start();
    process.kill(localSlack, 'SIGKILL');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });

  it('ends cleanly when told to', async () => {
    const { child, localSlack } = await start();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await gone(localSlack);
  });

  it('ends a relay with whoever started it', async () => {
    const relay = fileURLToPath(new URL('../../lab/slack/relay.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', relay, 'tcp:127.0.0.1:0', 'tcp:127.0.0.1:9'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    expect(String(line)).toMatch(/^tcp:127.0.0.1:[1-9]\d*\n$/);
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

async function start(): Promise<{ child: ChildProcess; localSlack: number }> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  expect(JSON.parse(String(line))).toMatchObject({ env: { SLACK_BOT_TOKEN: expect.stringMatching(/^xoxb-/) } });
  const pids = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
  const localSlack = pids.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('local-slack'));
  if (localSlack === undefined) throw new Error('local-slack is not a child of the workspace');
  return { child, localSlack };
}

async function gone(pid: number): Promise<void> {
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 3000, interval: 20 }).toBe(false);
}
