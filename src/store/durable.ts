import { z } from 'zod';
import { asError, unreachable } from '../core/errors.ts';
import { reach } from './reach.ts';
import type { ServerFacts } from './server-facts.ts';

/** How many replicas must have a write before an effect follows it, and how long they are waited for. */
export interface Replicas {
  readonly confirm: number;
  readonly withinMs: number;
}

/** A script, and what it is called with. */
export interface ScriptCall {
  readonly lua: string;
  /** sha1 in hex of the script, its name on the server. */
  readonly digest: string;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** The way of every write that must not be lost once an effect follows it. */
export interface Durable {
  /**
   * Resolves with the script's answer when enough replicas have what it wrote.
   * @throws Unreachable when they have not: it is stored at the primary, but nothing may be done because of it. Repeating is safe
   * where repeating the script is.
   */
  run(call: ScriptCall): Promise<unknown>;
  /** Whether replicas would confirm a write now. @throws Unreachable as `run` does. */
  probe(key: string): Promise<void>;
}

/** Commands that go out together over one connection; each is added in its place. */
export interface Line {
  evalsha(digest: string, keyCount: number, ...rest: (string | number)[]): unknown;
  eval(lua: string, keyCount: number, ...rest: (string | number)[]): unknown;
  exists(key: string): unknown;
  call(command: string, ...args: (string | number)[]): unknown;
  /** The answer of each command, as ioredis gives it. */
  exec(): Promise<unknown>;
}

interface Needs {
  /** A connection of its own: it stands still while it waits for replicas, and must never send again by itself. */
  readonly redis: { pipeline(): Line };
  /** What was found when the server behind the connection was checked. @throws Unreachable when it can't be trusted. */
  readonly trusted: () => Promise<ServerFacts>;
  readonly replicas: Replicas;
}

/** ioredis gives an error alone, or null and the answer. */
const Row = z.tuple([z.instanceof(Error).nullable()], z.unknown());
const NOTHING = [new Error('there is no connection')] as const;
/** WAIT answers with the replicas, WAITAOF with the local one and the replicas. */
const Acknowledged = z.union([z.number(), z.tuple([z.number(), z.number()]).transform(([, replicas]) => replicas)]);

/**
 * Script and WAIT go out together, so that they use one connection (Redis manual, WAIT: it covers the writes of its connection).
 * With WAITAOF (Redis 7.2) a replica has it on disk; before that, in memory.
 */
export function createDurable({ redis, trusted, replicas }: Needs): Durable {
  const send = async (add: (line: Line) => unknown): Promise<unknown> => {
    const { waitsForDisk } = await trusted();
    const line = redis.pipeline();
    add(line);
    if (replicas.confirm > 0) addWait(line, replicas, waitsForDisk);
    const rows = z.array(Row).parse(await reach(line.exec()));
    const [failed, answer] = rows[0] ?? NOTHING;
    if (failed) await reach(Promise.reject(failed));
    if (replicas.confirm > 0) await enough(rows[1] ?? NOTHING, replicas);
    return answer;
  };

  return {
    async run({ lua, digest, keys, args }) {
      try {
        return await send((line) => line.evalsha(digest, keys.length, ...keys, ...args));
      } catch (error) {
        if (!asError(error).message.startsWith('NOSCRIPT')) throw error;
        return send((line) => line.eval(lua, keys.length, ...keys, ...args));
      }
    },
    async probe(key) {
      await send((line) => line.exists(key));
    },
  };
}

function addWait(line: Line, { confirm, withinMs }: Replicas, disk: boolean): void {
  if (disk) line.call('WAITAOF', 1, confirm, withinMs);
  else line.call('WAIT', confirm, withinMs);
}

async function enough([failed, answer]: readonly [Error | null, ...unknown[]], { confirm, withinMs }: Replicas): Promise<void> {
  if (failed) await reach(Promise.reject(failed));
  const have = Acknowledged.parse(answer);
  if (have >= confirm) return;
  throw unreachable(
    `${have} of the ${confirm} replicas that Redis needs confirmed the write within ${withinMs / 1000} s`,
    'Nothing is done at a cluster before they do. Look at INFO replication of the primary; redis.replicas in the configuration says how many are needed.',
  );
}
