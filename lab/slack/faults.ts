import { z } from 'zod';

/**
 * One fault to inject. `method` is a Web API method, `*` for all of them, `response_url`, `upload`, or `envelope:slash_commands`,
 * `envelope:interactive`, `envelope:events_api`, `envelope:*` for what goes to the bot.
 *
 * On calls: `ratelimited` answers 429 (`retryAfter` seconds, null leaves the header out), `status` answers that HTTP status with
 * no JSON, `error` answers `ok: false` with that code, `lost` does the work and then drops the connection without an answer,
 * `refused` drops it before doing anything, `delay` waits first and then goes on.
 * On envelopes: `duplicate` sends the same envelope twice, `late` waits `ms` first, `vanish` never sends it.
 */
export const Fault = z.object({
  method: z.string().min(1),
  /** How many times it strikes; then it is used up. */
  times: z.number().int().positive().default(1),
  /** Only calls that name this channel id. */
  channel: z.string().optional(),
  does: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('ratelimited'), retryAfter: z.number().nullable().default(1) }),
    z.object({ kind: z.literal('status'), status: z.number().int().min(400).max(599) }),
    z.object({ kind: z.literal('error'), error: z.string() }),
    z.object({ kind: z.literal('lost') }),
    z.object({ kind: z.literal('refused') }),
    z.object({ kind: z.literal('delay'), ms: z.number().nonnegative() }),
    z.object({ kind: z.literal('duplicate') }),
    z.object({ kind: z.literal('late'), ms: z.number().nonnegative() }),
    z.object({ kind: z.literal('vanish') }),
  ]),
});
export type Fault = z.infer<typeof Fault>;
export type FaultInput = z.input<typeof Fault>;

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** What is still to strike. */
  left(): Fault[];
  /** Uses up and returns the first fault that fits, in the order in which they were added. */
  take(method: string, channel?: string): Fault['does'] | undefined;
}

export function openFaults(onStrike: (method: string, does: Fault['does']) => void = () => undefined): Faults {
  let queue: Fault[] = [];
  return {
    add: (fault) => queue.push({ ...fault }),
    clear: () => {
      queue = [];
    },
    left: () => queue.map((fault) => ({ ...fault })),
    take(method, channel) {
      const fault = queue.find((each) => fits(each, method, channel));
      if (!fault) return undefined;
      fault.times -= 1;
      queue = queue.filter((each) => each.times > 0);
      onStrike(method, fault.does);
      return fault.does;
    },
  };
}

function fits(fault: Fault, method: string, channel: string | undefined): boolean {
  const [kind] = method.split(':');
  const wide = method.startsWith('envelope:') ? `${kind}:*` : '*';
  return (fault.method === method || fault.method === wide) && (fault.channel === undefined || fault.channel === channel);
}
