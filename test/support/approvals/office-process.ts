import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Came, type Deed, type Office, openOffice } from './office.ts';

const Order = z.object({
  id: z.number(),
  deed: z.object({
    does: z.enum(['ask', 'approve', 'deny', 'withdraw', 'cancel', 'work', 'sweep']),
    ...{ who: z.string(), run: z.string(), nowMs: z.number(), pause: z.number(), needed: z.number() },
  }),
});
const Answer = z.object({
  id: z.number(),
  came: z.object({ result: z.enum(['done', 'refused', 'broke']), says: z.string() }),
});

/** The same as `openOffice` in a real process of its own, which ends with this one. */
export function forkOffice(port: number, prefix: string): Office {
  const child = fork(fileURLToPath(import.meta.url), [String(port), prefix], {
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
  const waiting = new Map<number, (came: Came) => void>();
  let count = 0;
  child.on('message', (message: unknown) => {
    const { id, came } = Answer.parse(message);
    waiting.get(id)?.(came);
    waiting.delete(id);
  });
  child.once('exit', (code) => {
    for (const tell of waiting.values()) tell({ result: 'broke', says: `the process ended with ${code}` });
  });
  return {
    do: (deed: Deed) =>
      new Promise((resolve) => {
        count += 1;
        waiting.set(count, resolve);
        child.send({ id: count, deed });
      }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function serve(port: number, prefix: string): void {
  const office = openOffice(port, prefix);
  process.on('message', (message: unknown) => {
    const { id, deed } = Order.parse(message);
    void office.do(deed).then((came) => process.send?.({ id, came }));
  });
  process.once('disconnect', () => process.exit());
}

const [, file, port, prefix] = process.argv;
if (file === fileURLToPath(import.meta.url) && port && prefix) serve(Number(port), prefix);
