import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks `missing` until it answers with an empty list. Throws, with what was still missing, after `timeoutMs`.
 * An error of `missing` itself counts as one missing thing, as hosts answer badly while they start.
 */
export async function waitFor(
  what: string,
  missing: () => Promise<readonly string[]> | readonly string[],
  { timeoutMs, everyMs = 150 }: { timeoutMs: number; everyMs?: number },
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const left = await answer(missing);
    if (left.length === 0) return;
    if (Date.now() >= end) throw new Error(`${what}: still missing after ${timeoutMs / 1000} s: ${left.join('; ')}`);
    await pause(everyMs);
  }
}

async function answer(missing: () => Promise<readonly string[]> | readonly string[]): Promise<readonly string[]> {
  try {
    return await missing();
  } catch (problem) {
    return [problem instanceof Error ? problem.message : String(problem)];
  }
}
