import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { waitFor } from '../../lab/wait-for.ts';
import type { Message } from '../../lab/slack/message.ts';
import { ended, request, type Scene, timelineOf } from './scene.ts';

/** The steps of a switchover on the lab's cluster that every run has, in order. */
export const STEPS = ['checkpoint', 'caught-up', 'switchover', 'routed', 'rejoined', 'archives'] as const;
export type StepName = (typeof STEPS)[number];

/** One switchover of the lab, watched from the inside: its journal is read where the engine writes it. */
export interface LabRun {
  readonly id: string;
  readonly plan: Message;
  /** The timeline before it. */
  readonly timeline: number;
  approve(who?: 'adam' | 'anna'): Promise<void>;
  /** Waits until a step is begun (or has gone by already); looked at every few milliseconds. */
  begun(step: StepName): Promise<void>;
  /** Waits for its end, and for a healthy cluster, and checks that the two agree. */
  soundEnd(): Promise<string>;
}

const PREFIX = '{trunkline}';

/** Asks for a switchover, without approving it. */
export async function labRun(scene: Scene, reason: string): Promise<LabRun> {
  const timeline = await timelineOf(await scene.lab.leader());
  const plan = await request(scene, `switchover billing --reason "${reason}"`);
  const id = /\b(r[a-z0-9]{6,16})\b/.exec(plan.shown)?.[1] ?? 'no id';
  return {
    id,
    plan,
    timeline,
    async approve(who = 'adam') {
      await scene.workspace.as(who).click(plan, 'Approve');
    },
    begun: (step) => stepBegun(scene, { id, plan }, step),
    soundEnd: () => soundEnd(scene, plan, timeline),
  };
}

/** Waits until a step of a run is begun (or has gone by already). */
/** Waits until a step of any run is begun (or has gone by already). */
export async function stepBegun(scene: Scene, { id, plan }: Pick<LabRun, 'id' | 'plan'>, step: string): Promise<void> {
  const redis = new Redis({ host: '127.0.0.1', port: scene.stage.redis.port, maxRetriesPerRequest: null });
  const missing = async () => ((await redis.hexists(`${PREFIX}:journal:${id}`, step)) === 1 ? [] : [step]);
  try {
    await waitFor(`run ${id} to begin ${step}`, missing, { timeoutMs: 120_000, everyMs: 3 });
  } catch (error) {
    const now = (await scene.workspace.messages('db-ops')).find(({ ts }) => ts === plan.ts);
    throw new Error(`${error instanceof Error ? error.message : error}; its message says: ${now?.shown}`);
  } finally {
    redis.disconnect();
  }
}

/** Succeeded and switched over once, or halted with a sentence that says what is not known and at most one switchover. */
async function soundEnd(scene: Scene, plan: Message, timeline: number): Promise<string> {
  const { shown } = await ended(scene, plan);
  await scene.lab.waitHealthy();
  const after = await timelineOf(await scene.lab.leader());
  const end = /Succeeded|Halted/.exec(shown)?.[0] ?? shown.split('\n')[0] ?? '';
  expect(['Succeeded', 'Halted'], shown).toContain(end);
  if (end === 'Succeeded') expect(after).toBe(timeline + 1);
  else expect([timeline, timeline + 1], shown).toContain(after);
  if (end === 'Halted') await scene.workspace.as('adam').click(plan, 'Give up');
  return `${end}, timeline ${timeline} -> ${after}`;
}
