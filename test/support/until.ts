import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a state, at most `withinMs`. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`did not become true within ${withinMs} ms: ${holds.toString().slice(0, 120)}`);
    await delay(5);
  }
}
