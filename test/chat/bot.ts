import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Workspace } from '../../lab/slack/workspace.ts';
import { type Chat, type ChatOptions, createChat } from '../../src/chat/chat.ts';
import type { ChatHandlers, ForgedRequest, InteractionKind } from '../../src/chat/handlers.ts';
import { systemClock } from '../../src/core/clock.ts';
import { redactor } from '../../src/core/redact.ts';
import { createFakeLog } from './fake-web-api.ts';

export interface Bot {
  readonly chat: Chat;
  readonly log: ReturnType<typeof createFakeLog>;
  /** Milliseconds of every ack as the bot measures them. */
  readonly acks: { readonly kind: InteractionKind; readonly millis: number }[];
  /** What was refused unread. */
  readonly forged: readonly ForgedRequest[];
  /** What a test wants to happen; each can be replaced. */
  readonly does: { -readonly [name in keyof ChatHandlers]: ChatHandlers[name] };
}

/** The chat part as `app.ts` builds it, against a workspace; not started yet. */
export function createBot(workspace: Workspace, changes: Partial<ChatOptions> = {}): Bot {
  const log = createFakeLog();
  const acks: Bot['acks'] = [];
  const forged: ForgedRequest[] = [];
  const does: Bot['does'] = {
    onCommand: async ({ text }) => ({ summary: `heard ${text}`, parts: [{ line: `heard ${text}`, sign: 'ok' }] }),
    onAction: async () => undefined,
    onSubmit: async () => undefined,
    onStranger: async () => undefined,
  };
  const handlers: ChatHandlers = {
    onCommand: (command) => does.onCommand(command),
    onAction: (click) => does.onAction(click),
    onSubmit: (answer) => does.onSubmit(answer),
    onStranger: (asker, kind) => does.onStranger(asker, kind),
    onForged: async (request) => void forged.push(request),
  };
  const { env } = workspace;
  const options: ChatOptions = {
    intake: { mode: 'socket', appToken: env.SLACK_APP_TOKEN, connections: 2 },
    botToken: env.SLACK_BOT_TOKEN,
    teamId: env.SLACK_TEAM_ID,
    command: '/pg',
    apiUrl: env.SLACK_API_URL,
    groups: workspace.seed.groups.map(({ id }) => id),
    seenBefore: createSharedMemory(),
    clock: systemClock,
    log,
    redact: redactor([]),
    metrics: {
      acked: (kind, millis) => acks.push({ kind, millis }),
      ackFailed: () => undefined,
      repeated: () => undefined,
      handled: () => undefined,
    },
    ...changes,
  };
  return { chat: createChat(options, handlers), log, acks, forged, does };
}

/** Resolves when the condition holds; fails with the question after `withinMs`. */
export async function until(question: string, holds: () => boolean | Promise<boolean>, withinMs = 8000): Promise<void> {
  const limit = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`not within ${withinMs} ms: ${question}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Stands for the store: one memory that several bots may share. */
export function createSharedMemory(): (key: string) => Promise<boolean> {
  const seen = new Set<string>();
  return async (key) => {
    const was = seen.has(key);
    seen.add(key);
    return was;
  };
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
