import { describe, expect, it } from 'vitest';
import status from '../../commands/status.ts';
import { fakeView } from '../support/fake-view.ts';
import { healthy, healthyStreaming } from '../support/snapshots.ts';

const view = fakeView({ snapshots: [healthy(), healthyStreaming()] });

async function answer(...words: string[]) {
  const typed = status.parse(words);
  if (typed.does !== 'answer') throw new Error('status must answer');
  return typed.answer(view, []);
}

describe('/pg status', () => {
  it('answers for one cluster with its state in the notification line', async () => {
    expect((await answer('billing')).summary).toBe('billing: healthy, pg2 leads on timeline 7');
  });
  it('keeps details out of the first look and puts them below it with --all', async () => {
    expect((await answer('billing')).thread).toBeUndefined();
    expect((await answer('billing', '--all')).thread?.length).toBeGreaterThan(20);
  });
  it('answers for all clusters that the asker may see', async () => {
    expect((await answer()).summary).toBe('All 2 clusters healthy');
  });
  it('refuses an unknown cluster with the known ones', async () => {
    await expect(answer('biling')).rejects.toMatchObject({ kind: 'refusal', hint: 'Known: billing, reports.' });
  });
});
