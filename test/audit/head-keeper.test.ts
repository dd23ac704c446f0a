import { describe, expect, it } from 'vitest';
import { createHeadKeeper, type HeadStore } from '../../src/audit/head-keeper.ts';
import { headMessage } from '../../src/audit/head-message.ts';
import { plain } from '../../src/core/message.ts';
import type { SignedHead } from '../../src/core/signed-head.ts';
import { chainOf, signedEnd, signingKey } from '../support/chain-of.ts';
import { quietLog } from '../support/quiet-log.ts';
import { factsOf } from '../support/store-of.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const chain = chainOf([factsOf(), factsOf()]);
const head = signedEnd(chain, 1_800_000_000_000);

function keeperWith({ last, again = false, posted = false }: { last?: SignedHead; again?: boolean; posted?: boolean } = {}) {
  const happened: string[] = [];
  let turn = async () => undefined as unknown;
  let pending: SignedHead | undefined = head;
  const heads: HeadStore = {
    last: async () => last,
    add: async () => {
      happened.push('signed');
      return head;
    },
    claimPost: async () => pending && { head: pending, again },
    posted: async () => {
      happened.push('noted');
      pending = undefined;
    },
  };
  const clock = {
    ...virtualClock(head.atMs + 60_000),
    every: (_: number, task: () => Promise<void>) => {
      turn = task;
      return () => undefined;
    },
  };
  const chat = {
    post: async (_message: unknown, id: string) => void happened.push(`posted ${id}`),
    isPosted: async () => posted,
  };
  const keeper = createHeadKeeper({ heads, key: signingKey, chat, everyMs: 3_600_000, clock, log: quietLog });
  keeper.start();
  return { happened, keeper, turn: () => turn() };
}
const id = `posted audit-head-2-${head.hash.slice(0, 16)}`;

describe('the signed end of the log', () => {
  it('is signed, posted and noted', async () => {
    const { happened, turn } = keeperWith();
    await turn();
    expect(happened).toEqual(['signed', id, 'noted']);
  });

  it('is not signed before its time, but posted when it was not', async () => {
    const { happened, turn } = keeperWith({ last: head });
    await turn();
    expect(happened).toEqual([id, 'noted']);
  });

  it('is not posted a second time when its message stands there', async () => {
    const { happened, turn } = keeperWith({ last: head, again: true, posted: true });
    await turn();
    expect(happened).toEqual(['noted']);
  });

  it('is signed before its time when the program ends', async () => {
    const { happened, keeper } = keeperWith({ last: head });
    await keeper.stop();
    expect(happened).toEqual(['signed', id, 'noted']);
  });

  it('can be read aloud: number, hash in fours, signature, key', () => {
    const text = headMessage(head)
      .parts.map((part) => ('line' in part ? plain(part.line) : ''))
      .join('\n');
    expect(text).toMatch(/^Hash: ([0-9a-f]{4} ){15}[0-9a-f]{4}$/m);
    expect(text).toContain(`Signature: ${head.signature}`);
    expect(text).toContain(`Key: ${signingKey.keyId}`);
  });
});
