import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { infoOf } from '../../src/compose/cluster-info.ts';
import { loadConfig } from '../../src/config/load.ts';

const good = readFileSync(new URL('../config/good.yml', import.meta.url), 'utf8');

it.each([
  ['plain etcd and REST', good, undefined],
  ['an etcd by https, whose way is that of the leader', good.replaceAll("'http://10.77", "'https://10.77"), undefined],
  ['a REST API by https', good.replace('patroni: {', 'patroni: { tls: {},'), "Patroni's REST API wants TLS"],
])('with %s what keeps a new patroni.yml from being written is: %s', (_what, text, byHand) => {
  const config = loadConfig(text, 'good.yml');
  const [cluster] = config.clusters;
  if (!cluster) throw new Error('a cluster was expected');
  expect(infoOf(cluster).joinsByHand).toBe(byHand);
});
