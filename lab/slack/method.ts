import type { Json } from './json.ts';
import type { Reply } from './reply.ts';
import type { FrontState } from './state.ts';

/** One method of the Web API. The token was checked before; `args` are parsed, JSON fields included. */
export type Method = (args: Json, state: FrontState) => Reply | Promise<Reply>;
