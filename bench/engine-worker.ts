import { systemClock } from '../src/core/clock.ts';
import { createAttempts } from '../src/runs/attempt.ts';
import { createRunWorker } from '../src/runs/run-worker.ts';
import { quietLog } from '../test/support/quiet-log.ts';
import { enginePartsOn, PREFIX } from './engine-parts.ts';

/** One worker process of the bench of the engine; ended from outside. */
const port = Number(process.argv[2]);
const connection = { kind: 'single', options: { host: '127.0.0.1', port } } as const;
const continueRun = createAttempts(enginePartsOn(port));
createRunWorker({ connection, prefix: PREFIX, log: quietLog, clock: systemClock, continueRun }).start();
console.log('ready');
