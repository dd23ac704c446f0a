import { expect, it } from 'vitest';
import { stopAll } from '../../src/compose/stop-all.ts';
import { quietLog } from '../support/quiet-log.ts';

it('stops what was started last first, and everything although one fails', async () => {
  const stopped: string[] = [];
  const fails = async () => Promise.reject(new Error('it hangs on to something'));
  const steps = [() => void stopped.push('store'), fails, async () => void stopped.push('worker')];
  await stopAll(steps, quietLog);
  await stopAll(steps, quietLog);
  expect(stopped).toEqual(['worker', 'store']);
});
