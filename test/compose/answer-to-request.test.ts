import { describe, expect, it } from 'vitest';
import { answerToRequest } from '../../src/compose/answer-to-request.ts';
import type { Run } from '../../src/core/run.ts';
import { runOf } from '../support/run-of.ts';

const answer = (kept: Run, channelId = kept.channelId) =>
  answerToRequest({ run: runOf() }, { get: async () => kept }, { channelId });

describe('the answer to a request', () => {
  it("is the run's own message, where that stands in the channel", async () => {
    expect(await answer(runOf({ messageTs: '1.1' }))).toBeUndefined();
  });

  it('names the channel where it stands when it was asked in a direct message, because nobody else could approve it there', async () => {
    const message = await answer(runOf({ messageTs: '1.1' }), 'D0OLGA');
    expect(message?.summary).toContain("in the operators' channel, where others see it");
  });

  it('says how to go on when that message could not be posted', async () => {
    const message = await answer(runOf());
    expect(message?.summary).toBe('Run r4k2m9xq is stored, but its message could not be posted here');
    expect(JSON.stringify(message)).toContain('/pg approve r4k2m9xq');
    const confirmed = await answerToRequest({ run: runOf({ confirmByAsker: true }) }, { get: async () => runOf() }, runOf());
    expect(JSON.stringify(confirmed)).toContain('/pg confirm r4k2m9xq');
  });
});
