import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ledgerHealthy, ledgerPrimary, ledgerRun, primariesNow, rowsOf, writeRow } from '../support/ledger-run.ts';
import { debian, useScene } from '../support/scene.ts';
import { waitFor } from '../../lab/wait-for.ts';

const scene = useScene({ ledger: true });
let row = 0;

afterAll(() => scene.lab.streamingPair());

beforeEach(() => scene.lab.streamingPair());

describe(`a switchover of a plain streaming cluster on Debian ${debian}`, () => {
  it.each(['checkpoint', 'stop', 'fence', 'replayed', 'promote', 'answers', 'rejoined', 'slots'])(
    'goes on when its worker is killed in the step %s, and promotes once',
    async (step) => {
      await writeRow(await ledgerPrimary(), ++row);
      const rows = await rowsOf(await ledgerPrimary());
      const run = await ledgerRun(scene, `the worker dies in ${step}`);
      await run.begun(step);
      for (const worker of scene.stage.workers) worker.signal('SIGKILL');
      await scene.stage.startWorker();
      const shown = await run.end();
      await ledgerHealthy();
      // A stop that was claimed and perhaps not made is not made twice: then the run halts, and the old primary is as it was.
      if (/Succeeded/.test(shown)) expect(await ledgerPrimary()).toBe(run.to);
      else expect([step, await ledgerPrimary()], shown).toEqual(['stop', run.from]);
      expect(await rowsOf(await ledgerPrimary())).toBe(rows);
      if (!/Succeeded/.test(shown)) expect(shown).toContain('Halted');
    },
  );

  it.each(['fence', 'replayed', 'promote', 'rejoined'])(
    'never has two primaries when the old primary loses power in the step %s',
    async (step) => {
      await writeRow(await ledgerPrimary(), ++row);
      const run = await ledgerRun(scene, `power is lost in ${step}`);
      await run.begun(step);
      await scene.lab.crash(run.from);
      const seen = watchPrimaries();
      try {
        await scene.lab.heal(run.from);
        const shown = await run.end();
        console.log(`power lost in ${step}: ${shown}`);
        await waitFor('a primary', async () => ((await primariesNow()).length === 1 ? [] : ['one']), { timeoutMs: 120_000 });
        expect(shown).toMatch(/Succeeded|Halted|Failed/);
        if (/Succeeded/.test(shown)) expect(await ledgerPrimary()).toBe(run.to);
      } finally {
        expect(await seen.most()).toBeLessThanOrEqual(1);
      }
    },
  );
});

/** Counts how many primaries there are at once, again and again. */
function watchPrimaries() {
  let most = 0;
  let on = true;
  const watching = (async () => {
    while (on) {
      most = Math.max(most, (await primariesNow()).length);
      await delay(50);
    }
  })();
  return {
    async most() {
      on = false;
      await watching;
      return most;
    },
  };
}
