import { expect } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import type { ChatOptions } from '../../src/chat/chat.ts';
import { type Bot, createBot, until } from './bot.ts';

/** A workspace with the bots that a test started in it; an unhandled rejection anywhere fails the test. */
export interface Bench {
  readonly workspace: Workspace;
  /** A bot with two connections, both there. */
  startBot(changes?: Partial<ChatOptions>): Promise<Bot>;
  /** What a person reads alone that has this text in it, as soon as it is there. */
  inboxOf(name: string, text: string): Promise<string>;
  /** Stops the bots and clears the faults. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', note);
  const workspace = await startWorkspace();
  const bots: Bot[] = [];
  return {
    workspace,
    async startBot(changes = {}) {
      const bot = createBot(workspace, changes);
      bots.push(bot);
      await bot.chat.start();
      await until('both connections are there', () => bot.chat.health().open === 2);
      return bot;
    },
    async inboxOf(name, text) {
      let found: string | undefined;
      await until(`${name} reads ${text}`, async () => {
        found = (await workspace.as(name).inbox()).map((message) => message.shown).find((shown) => shown.includes(text));
        return found !== undefined;
      });
      return found ?? '';
    },
    async tidy() {
      await workspace.faults.clear();
      for (const { chat } of bots.splice(0)) await chat.stop();
      await until('no connection is left', async () => (await workspace.sockets.count()) === 0);
      expect(rejections).toEqual([]);
    },
    async close() {
      await workspace.stop();
      process.off('unhandledRejection', note);
    },
  };
}
