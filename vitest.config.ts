import process from 'node:process';
import { defineConfig } from 'vitest/config';

/**
 * `X.12.lab.test.ts` and `X.12.prove.test.ts` run on Debian 12 and those with 13 on 13, so that `npm test` and `npm run prove` stay short.
 * With `npm run prove -- --debian 12` or `13` all run on that one.
 */
const otherGeneration = process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '12' : '13';
const notHere = process.env.TRUNKLINE_LAB_ALL ? [] : [`test/**/*.${otherGeneration}.{lab,prove}.test.ts`];

/** Three kinds of test: `unit` needs nothing, `store` a redis-server, `alone` that and the machine for itself, `lab` root and real hosts; `prove` the long proofs, those that need no hosts `once`. `test/run.mjs` runs them in order. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{store,alone,lab,prove}.test.ts'],
          testTimeout: 10_000,
          setupFiles: ['test/support/property-tests.ts'],
          isolate: false,
        },
      },
      { test: { name: 'store', include: ['test/**/*.store.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'alone',
          include: ['test/**/*.alone.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 30_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/**/*.lab.test.ts'],
          exclude: notHere,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { concurrent: false },
        },
      },
      {
        test: {
          name: 'prove-once',
          include: ['test/**/*.once.prove.test.ts'],
          testTimeout: 3_000_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'prove',
          include: ['test/**/*.prove.test.ts'],
          exclude: ['test/**/*.once.prove.test.ts', ...notHere],
          testTimeout: 3_000_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
