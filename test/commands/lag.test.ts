import { describe, expect, it } from 'vitest';
import lag from '../../commands/lag.ts';
import { fakeView, type Shown } from '../support/fake-view.ts';
import { healthy, healthyStreaming, NOW } from '../support/snapshots.ts';

async function answer(words: readonly string[], shown: Partial<Shown> = {}) {
  const typed = lag.parse(words);
  if (typed.does !== 'answer') throw new Error('lag must answer');
  return typed.answer(fakeView({ snapshots: [healthy(), healthyStreaming()], ...shown }), []);
}

describe('/pg lag', () => {
  it('attaches a picture of the last minutes, with words for people who do not see it', async () => {
    const samples = [0, 5000].map((ms) => ({ atMs: NOW + ms, replay: { pg1: { bytes: 2048, ms: 3 }, pg3: undefined } }));
    const [picture] = (await answer(['billing'], { lag: samples })).attachments ?? [];
    expect(picture?.name).toBe('billing-lag.png');
    expect(picture?.alt).toMatch(/pg1: at most 2 KiB, 2 KiB at the end\. pg3: .*not streaming in 2 of 2 samples\.$/);
  });
  it('answers without a picture when nothing was sampled', async () => {
    expect((await answer(['billing'])).attachments).toBeUndefined();
  });
  it('answers for all clusters in a line each', async () => {
    expect((await answer([])).summary).toBe('Replay lag of 2 clusters');
  });
});
