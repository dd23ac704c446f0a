export type Log = (line: string) => void;

/** Does a step and says, when it has ended, what it was and how many seconds it took. */
export async function step<T>(log: Log, title: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const result = await work();
  log(`${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${title}`);
  return result;
}
