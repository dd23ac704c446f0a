import type { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { HistoryEntry, PatroniMember } from '../core/cluster.ts';
import { type JsonObject, JsonObjectSchema } from '../core/json.ts';
import { codeOf } from '../core/network-clause.ts';
import { reachedBy } from '../core/reached-by.ts';
import type { Reading } from '../core/reading.ts';
import { takeReading } from '../core/take-reading.ts';
import { formatDuration } from '../core/units.ts';
import { ClusterAnswer, ConfigAnswer, HistoryAnswer, PatroniAnswer } from './patroni-answers.ts';
import { hideSecrets } from './hide-secrets.ts';
import { createPatroniHttp, type TlsTexts } from './patroni-http.ts';
import { patroniMember } from './patroni-member.ts';
import { AnswerError, patroniClause } from './patroni-clause.ts';

export interface PatroniEndpoint {
  readonly name: string;
  /** `http://10.0.0.11:8008`, without a path. */
  readonly url: string;
}

/** Reads of Patroni's REST API, member by member (docs/rest_api.rst). Nothing is cached; nothing rejects. */
export interface Patroni {
  member(name: string): Promise<Reading<PatroniMember>>;
  cluster(name: string): Promise<Reading<ClusterAnswer>>;
  config(name: string): Promise<Reading<ConfigAnswer>>;
  /** `GET /config` as it is, but what may hold a secret is hidden. */
  dynamicConfig(name: string): Promise<Reading<JsonObject>>;
  history(name: string): Promise<Reading<readonly HistoryEntry[]>>;
  /** Opens a connection to each member, so that the first question is quick. */
  warm(): Promise<void>;
  close(): void;
}

/** GETs need no password, so this holds none. `timeoutMs` bounds a whole answer (default 2.4 s). */
export function createPatroni(options: {
  readonly members: readonly PatroniEndpoint[];
  readonly tls?: TlsTexts | undefined;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}): Patroni {
  const { members, clock, timeoutMs = 2400 } = options;
  const http = createPatroniHttp({ tls: options.tls });

  async function ask<T>(url: string, schema: z.ZodType<T>): Promise<T> {
    const signal = AbortSignal.timeout(timeoutMs);
    const get = () => http.send({ method: 'GET', url, signal });
    // A kept connection that the server closed in the same moment shows as a reset; asking again opens a new one.
    const answer = await get().catch((error: unknown) => {
      if (codeOf(error) === 'ECONNRESET') return get();
      throw error;
    });
    if (answer.status !== 200) throw new AnswerError(`answered ${answer.status} to GET ${new URL(url).pathname}`);
    return parsed(answer.text, schema);
  }

  function read<S, T>(name: string, path: string, schema: z.ZodType<S>, told: (answer: S) => T): Promise<Reading<T>> {
    const url = `${members.find((member) => member.name === name)?.url ?? ''}${path}`;
    return takeReading({
      source: `GET ${url}`,
      clock,
      take: async () => told(await ask(url, schema)),
      told: (error) => patroniClause(error, formatDuration(timeoutMs)),
      reached: (error) => (error instanceof AnswerError ? 'server' : reachedBy(error)),
    });
  }

  return {
    member: (name) => read(name, '/patroni', PatroniAnswer, (answer) => patroniMember(answer, name)),
    cluster: (name) => read(name, '/cluster', ClusterAnswer, (answer) => answer),
    config: (name) => read(name, '/config', ConfigAnswer, (answer) => answer),
    dynamicConfig: (name) => read(name, '/config', JsonObjectSchema, hideSecrets),
    history: (name) => read(name, '/history', HistoryAnswer, (answer) => answer),
    async warm() {
      await Promise.all(members.map(({ name }) => read(name, '/patroni', PatroniAnswer, () => true)));
    },
    close: () => http.close(),
  };
}

function parsed<T>(text: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new AnswerError('answered something that is not JSON: is this port really Patroni?');
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AnswerError(
    `answered in a form that Trunkline does not know (${issue?.path.join('.') || 'the whole'}: ${issue?.message})`,
  );
}
