import { expect, it } from 'vitest';
import { createProbeObserver } from '../../src/compose/probe-observer.ts';
import { resolveSecrets } from '../../src/config/secrets.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/core/clock.ts';
import { quietLog } from '../support/quiet-log.ts';
import { runOf } from '../support/run-of.ts';

const path = new URL('../config/good.yml', import.meta.url).pathname;
const PROBE = '    probe: { host: 10.0.0.100, port: 5000, password: env:PROBE }\n';
const probed = 'billing';
const text = readFileSync(path, 'utf8').replace(/^ {2}- name: billing\n/mu, `$&${PROBE}`);
const config = loadConfig(text, path);
const { secrets } = resolveSecrets([], { env: {}, readFile: () => '' });
const observer = createProbeObserver({ config, secrets, clock: systemClock, log: quietLog });

it('says that nothing was measured when the run went on in another worker, instead of nothing at all', async () => {
  await expect(observer.end(runOf({ cluster: probed }))).rejects.toThrow('went on in another worker');
});

it('says nothing where no probe is configured or nothing is interrupted', async () => {
  expect(await observer.end(runOf({ cluster: 'elsewhere' }))).toBeUndefined();
  const { plan } = runOf();
  expect(await observer.end(runOf({ cluster: probed, plan: { ...plan, risk: 'reads' } }))).toBeUndefined();
});
