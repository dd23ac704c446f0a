import { type Case, itSays } from '../support/expect-finding.ts';
import { withMember, withSql } from '../support/snapshot-changes.ts';
import { changed, healthy, notRead, read, server } from '../support/snapshots.ts';

const base = healthy();
const stats = (primary: readonly (readonly [string, string])[]) => ({
  name: 'lb1',
  stats: read({ primary: primary.map(([name, status]) => server(name, status)), replicas: [] }),
});

const ROUTES: readonly Case[] = [
  [
    'HAProxy routes to another member',
    {
      ...base,
      proxies: [
        stats([
          ['pg1', 'UP'],
          ['pg2', 'DOWN'],
        ]),
      ],
    },
    'proxy-routes-to-other',
    'bad',
    /^lb1 \(HAProxy\) sends writes to pg1, but pg2 is the primary$/,
  ],
  [
    'HAProxy has no primary',
    { ...base, proxies: [stats([['pg2', 'DOWN']])] },
    'proxy-without-primary',
    'bad',
    /^lb1 \(HAProxy\) has no server UP for writes/,
  ],
  [
    'HAProxy has two primaries',
    {
      ...base,
      proxies: [
        stats([
          ['pg1', 'UP 1/3'],
          ['pg2', 'UP'],
        ]),
      ],
    },
    'proxy-two-primaries',
    'bad',
    /sends writes to pg1 and pg2 at once$/,
  ],
  [
    'a streaming replica gets no reads',
    {
      ...base,
      proxies: base.proxies.map((one) => ({
        ...one,
        stats: changed(one.stats, { replicas: [server('pg1', 'DOWN'), server('pg3', 'UP')] }),
      })),
    },
    'proxy-leaves-replica',
    'warn',
    /sends no reads to pg1 \(DOWN\), though it streams$/,
  ],
  [
    'HAProxy is dead',
    { ...base, proxies: [{ name: 'lb2', stats: notRead('connection refused') }] },
    'proxy-silent',
    'warn',
    /^lb2 \(HAProxy\) not read: connection refused$/,
  ],
  [
    'nobody holds the VIP',
    { ...base, vip: { address: '10.0.0.100', holders: read([]) } },
    'vip-without-holder',
    'bad',
    /^no host holds the VIP 10\.0\.0\.100/,
  ],
  [
    'two hosts hold the VIP',
    { ...base, vip: { address: '10.0.0.100', holders: read(['lb1', 'lb2']) } },
    'vip-two-holders',
    'bad',
    /^lb1 and lb2 hold the VIP 10\.0\.0\.100 at once$/,
  ],
  [
    'the VIP could not be asked for',
    { ...base, vip: { address: '10.0.0.100', holders: notRead() } },
    'vip-unread',
    'unknown',
    /not read: no answer within 2 s$/,
  ],
  [
    'there are two primaries, HAProxy tells where writes go',
    withMember(base, 'pg1', (one) => withSql(one, { inRecovery: false })),
    'proxy-writes-to',
    'info',
    /^lb1 and lb2 \(HAProxy\) send writes to pg2 now$/,
  ],
];

itSays('the way of the clients', ROUTES);
