import { Redis } from 'ioredis';
import { z } from 'zod';
import type { Message } from '../lab/slack/message.ts';
import { monotonicMs } from '../lab/slack/monotonic.ts';
import type { Stage } from '../lab/stage.ts';

/** One run as its asker sees it. */
export interface TimedRun {
  /** From the command, or, where it is approved, from the click on Approve, to the message that tells the end. */
  readonly tookMs: number;
  /** The steps that were done, in order, with their first and last mark (epoch milliseconds). */
  readonly steps: ReadonlyMap<string, Step>;
}

const Step = z.object({ startedAtMs: z.number(), endedAtMs: z.number() });
type Step = z.output<typeof Step>;

const CHANNEL = 'db-ops';
const END = /\b(Succeeded|Failed|Halted|Stale|Blocked|Denied|Expired)\b/;

/** Asks for a run by a command, has it approved where it must be, and waits for its end. @throws Error when it does not succeed. */
export async function runByChat(stage: Stage, words: string, asks: { approval: boolean; withinMs: number }): Promise<TimedRun> {
  const { workspace, redis } = stage;
  const seen = new Set((await workspace.messages(CHANNEL)).map(({ ts }) => ts));
  const typedAt = monotonicMs();
  await workspace.as('olga').command('/pg', words, { channel: CHANNEL });
  const plan = await workspace.waitForMessage((m) => isPlan(m, asks.approval) && !seen.has(m.ts), {
    channel: CHANNEL,
    withinMs: 30_000,
  });
  const begunAt = asks.approval ? (await workspace.as('adam').click(plan, 'Approve')).sentAt : typedAt;
  const end = await workspace.waitForMessage((m) => m.ts === plan.ts && END.test(m.shown), { withinMs: asks.withinMs });
  if (!/\bSucceeded\b/.test(end.shown)) throw new Error(`the run did not succeed:\n${end.shown}`);
  const id = /\b(r[a-z0-9]{6,16})\b/.exec(end.shown)?.[1] ?? 'of no id';
  return { tookMs: (end.changedAt ?? monotonicMs()) - begunAt, steps: await stepsOf(redis.port, id) };
}

/** What one step took; NaN for one that was not done. */
export function stepMs({ steps }: TimedRun, id: string): number {
  const { startedAtMs, endedAtMs } = steps.get(id) ?? { startedAtMs: Number.NaN, endedAtMs: Number.NaN };
  return endedAtMs - startedAtMs;
}

/** `copy 1200 ms, place 300 ms`. */
export function stepWords(run: TimedRun): string {
  return [...run.steps.keys()].map((id) => `${id} ${Math.round(stepMs(run, id))} ms`).join(', ');
}

function isPlan({ fromBot, threadTs, buttons }: Message, approval: boolean): boolean {
  return fromBot && threadTs === undefined && (!approval || buttons.some(({ text }) => text === 'Approve'));
}

async function stepsOf(port: number, run: string): Promise<TimedRun['steps']> {
  const client = new Redis({ host: '127.0.0.1', port });
  try {
    const entries = Object.entries(await client.hgetall(`{trunkline}:journal:${run}`)).map(
      ([id, entry]) => [id, Step.parse(JSON.parse(entry))] as const,
    );
    entries.sort(([, one], [, other]) => one.startedAtMs - other.startedAtMs);
    return new Map(entries);
  } finally {
    client.disconnect();
  }
}
