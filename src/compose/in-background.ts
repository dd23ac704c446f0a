/** The same task, begun and not waited for: nothing that changes a cluster waits for Slack. The task must never reject. */
export function inBackground<A extends readonly unknown[]>(task: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
  return async (...args) => void task(...args);
}
