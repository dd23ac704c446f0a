import { afterAll, afterEach, beforeAll } from 'vitest';
import { haHosts, type HostName, hostNamed, ports } from '../../lab/inventory.ts';
import { createLab, type Lab } from '../../lab/lab.ts';
import type { Message } from '../../lab/slack/message.ts';
import type { Workspace } from '../../lab/slack/workspace.ts';
import { type Stage, type StageOptions, startStage } from '../../lab/stage.ts';
import { waitFor } from '../../lab/wait-for.ts';

/** The generation of hosts that these tests run on. */
export const debian = process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12';

/** What a lab test uses: the hosts, the workspace with its people, and the real program. Filled before the tests of a file. */
export interface Scene {
  lab: Lab;
  stage: Stage;
  workspace: Workspace;
}

/** Brings up hosts, Redis, workspace and bot for one file of lab tests; heals every host at its end. `change` is that of the bot's configuration; `ledger`: the plain streaming cluster too. */
export function useScene(options: Pick<StageOptions, 'change' | 'ledger'> = {}): Scene {
  const scene = {} as Scene;
  beforeAll(async () => {
    scene.lab = await createLab({ debian, timings: 'test', log: console.log });
    await scene.lab.up();
    if (options.ledger) await scene.lab.streamingPair();
    scene.stage = await startStage({
      ...{ generation: scene.lab.generation, secrets: scene.lab.secrets, processes: 'apart' },
      ...options,
    });
    scene.workspace = scene.stage.workspace;
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || !scene.stage) return;
    // Told at once, as a long file tells of its failures only at its end.
    console.log(task.result.errors?.map(({ message, stack }) => `${message}\n${stack}`).join('\n'));
    console.log(
      `the bot's log at the end of '${task.name}':\n${(await scene.stage.bot.log()).split('\n').slice(-30).join('\n')}`,
    );
  });
  afterAll(async () => {
    await scene.stage?.stop();
    for (const host of haHosts) await scene.lab.heal(host);
    await scene.lab.waitHealthy();
  });
  return scene;
}

/** Types a command and waits for the public answer; what the bot says of debts meanwhile is none. */
export async function ask(scene: Scene, who: string, text: string, channel = 'db-ops'): Promise<Message> {
  const before = new Set((await scene.workspace.messages(channel)).map(({ ts }) => ts));
  await scene.workspace.as(who).command('/pg', text, { channel });
  return scene.workspace.waitForMessage(
    (m) =>
      m.fromBot && m.place === channel && m.threadTs === undefined && !before.has(m.ts) && !/\bLeft behind on\b/.test(m.shown),
    {
      withinMs: 10_000,
    },
  );
}

/** Asks for a run and waits for its message with the Approve button. */
export async function request(scene: Scene, text: string): Promise<Message> {
  const before = new Set((await scene.workspace.messages('db-ops')).map(({ ts }) => ts));
  await scene.workspace.as('olga').command('/pg', text, { channel: 'db-ops' });
  return scene.workspace.waitForMessage(
    (m) => m.place === 'db-ops' && !before.has(m.ts) && m.buttons.some((button) => button.text === 'Approve'),
    { withinMs: 15_000 },
  );
}

/** Waits until a run's message tells its end. */
export function ended(scene: Scene, plan: Message): Promise<Message> {
  return scene.workspace.waitForMessage(
    (m) => m.ts === plan.ts && /\b(Done|Succeeded|Failed|Halted|Stale|Denied|Expired)\b/.test(m.shown),
    {
      withinMs: 150_000,
    },
  );
}

/** The replies below a message, once there are so many. */
export async function threadOf(scene: Scene, message: Message, atLeast: number): Promise<readonly Message[]> {
  let replies: readonly Message[] = [];
  await waitFor(
    'replies in the thread',
    async () => {
      replies = (await scene.workspace.thread(message.ts, message.place)).filter(({ ts }) => ts !== message.ts);
      return replies.length >= atLeast ? [] : [`${atLeast - replies.length} more`];
    },
    { timeoutMs: 15_000 },
  );
  return replies;
}

/** What the bot said to everybody in a channel. */
export async function publicAnswers(scene: Scene, channel: string): Promise<readonly Message[]> {
  return (await scene.workspace.messages(channel)).filter((m) => m.fromBot && m.onlyFor === undefined);
}

/** Switches over by patronictl, behind the back of Trunkline; to whom Patroni likes, or to a member. */
export async function byHand(scene: Scene, leader: HostName, to?: HostName): Promise<void> {
  const host = leader === 'pg1' ? 'pg2' : 'pg1';
  const { code, stdout, stderr } = await scene.lab.exec(
    host,
    ['patronictl', '-c', '/etc/patroni/config.yml', 'switchover', 'billing', '--force', ...(to ? ['--candidate', to] : [])],
    { timeoutMs: 90_000 },
  );
  if (code !== 0) throw new Error(`patronictl: ${stdout}${stderr}`);
}

/** The timeline by Patroni of one member. */
export async function timelineOf(host: HostName): Promise<number> {
  const answer = await fetch(`http://${hostNamed(host).address}:${ports.patroni}/patroni`, { signal: AbortSignal.timeout(5000) });
  const { timeline } = (await answer.json()) as { timeline: number };
  return timeline;
}

/** Changes Patroni's dynamic configuration. */
export async function patroniConfig(scene: Scene, change: Record<string, unknown>): Promise<void> {
  const leader = await scene.lab.leader();
  const answer = await fetch(`http://${hostNamed(leader).address}:${ports.patroni}/config`, {
    method: 'PATCH',
    body: JSON.stringify(change),
    headers: {
      authorization: `Basic ${Buffer.from(`trunkline:${scene.lab.secrets.passwords.rest}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    signal: AbortSignal.timeout(5000),
  });
  if (answer.status !== 200) throw new Error(`PATCH /config: ${answer.status}`);
}
