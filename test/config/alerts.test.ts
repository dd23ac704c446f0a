import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { warningsOf } from '../../src/config/warnings.ts';
import { problemsOf } from './problems-of.ts';

const good = readFileSync(new URL('./good.yml', import.meta.url), 'utf8');
const TARGETS = `alerts:
  targets:
    - { name: pager, pagerduty: { routingKey: env:PD_KEY, region: eu } }
    - { name: hook, webhook: { url: 'https://hooks.example.com/trunkline', secret: env:HOOK_SECRET } }
    - { name: mail, email: { host: mx1, from: trunkline@example.com, to: [dba@example.com] } }
`;
const withRoutes = (routes: string) => `${good}${TARGETS}  routes:\n${routes}`;
const warned = (routes: string) =>
  warningsOf(loadConfig(withRoutes(routes), 'f.yml'))
    .filter(({ path }) => path.startsWith('alerts.'))
    .map(({ path, says }) => `${path}: ${says}`);

describe('the configuration of alerts', () => {
  it('takes targets, routes with hours, a second path, escalation and a heartbeat, with defaults', () => {
    const { alerts } = loadConfig(
      `${withRoutes(`    - clusters: [billing]
      severities: [critical]
      hours: [{ days: [mon], from: '22:00', to: '06:00', zone: Europe/Berlin }]
      mention: [S0DBRE001, U0OLGA001]
      targets: [pager]
      backup: { targets: [mail] }
      escalation: [{ after: 5m, targets: [pager] }, { after: 15m, mention: [S0LEADS01] }]
`)}  heartbeat: { url: env:HEARTBEAT_URL }\n`,
      'f.yml',
    );
    expect(alerts.routes[0]).toMatchObject({
      hours: [{ days: [1], from: 1320, to: 360 }],
      backup: { targets: ['mail'], after: 20_000 },
      escalation: [
        { after: 300_000, mention: [] },
        { after: 900_000, targets: [] },
      ],
    });
    expect(alerts.heartbeat).toEqual({ url: 'env:HEARTBEAT_URL', method: 'POST', every: 60_000, oldestOutbox: 120_000 });
    expect(alerts.targets[2]?.email?.security).toBe('starttls');
  });

  it.each([
    ['a target that does not exist', '    - { targets: [pagr] }\n', 'alerts.routes[0].targets[0]', 'Did you mean pager?'],
    ['one in the second path', '    - { backup: { targets: [x] } }\n', 'backup.targets[0]', 'Known: pager, hook, mail.'],
    ['one in a step', '    - { escalation: [{ after: 5m, targets: [x] }] }\n', 'escalation[0].targets[0]', 'Known: pager'],
    ['a cluster that does not exist', '    - { clusters: [biling] }\n', 'alerts.routes[0].clusters[0]', 'Did you mean billing?'],
    [
      'an environment without clusters',
      '    - { environments: [prod] }\n',
      'environments[0]',
      'no cluster is in this environment',
    ],
    ['a step without anybody', '    - { escalation: [{ after: 5m }] }\n', 'escalation[0]', 'mentions somebody or names a target'],
    [
      'steps out of order',
      '    - { escalation: [{ after: 5m, targets: [mail] }, { after: 5m, targets: [pager] }] }\n',
      'escalation[1].after',
      'not later than the one before',
    ],
    ['a name in the place of an id', '    - { mention: [dbre] }\n', 'mention[0]', 'is an id'],
    ['hours that are none', "    - { hours: [{ from: '25:00', to: '26:00', zone: Mars }] }\n", 'hours[0].from', 'HH:MM'],
  ])('refuses %s, with its place and what to do', (_, routes, path, words) => {
    const told = problemsOf(withRoutes(routes));
    expect(told).toContain(path);
    expect(told).toContain(words);
  });

  it.each([
    [
      'two targets of one name',
      '{ name: pager, email: { host: mx1, from: a@example.com, to: [b@example.com] } }',
      'two targets of this name',
    ],
    ['a target that is two', '{ name: x, webhook: { url: env:A }, pagerduty: { routingKey: env:B } }', 'only one'],
    ['a target that is nothing', '{ name: x }', 'a target has one of webhook, pagerduty, email'],
    ['a key that stands in the file', '{ name: x, pagerduty: { routingKey: abcdefabcdefabcdef } }', 'never in the file itself'],
    ['an address with a login', "{ name: x, webhook: { url: 'https://me:hunter2@h/' } }", 'without a login'],
    [
      'a password in clear',
      '{ name: x, email: { host: mx1, security: none, user: u, password: env:P, from: a@example.com, to: [b@example.com] } }',
      'would cross the network in clear',
    ],
    [
      'a user without password',
      '{ name: x, email: { host: mx1, user: u, from: a@example.com, to: [b@example.com] } }',
      'belong together',
    ],
  ])('refuses %s', (_, target, words) => {
    const told = problemsOf(`${good}${TARGETS}    - ${target}\n`);
    expect(told).toContain(words);
    expect(told).not.toMatch(/hunter2|abcdefabcdef/);
  });

  it('warns of routes that tell nobody anything, and not of those that only overlap', () => {
    expect(warned('    - { severities: [critical] }\n    - { severities: [critical], clusters: [billing] }\n')).toEqual([
      'alerts.routes[1]: this route is never reached: routes[0] before it takes all that it would',
    ]);
    const hours = "hours: [{ from: '22:00', to: '06:00', zone: UTC }]";
    expect(warned(`    - { ${hours} }\n    - { clusters: [billing] }\n    - { environments: [production], ${hours} }\n`)).toEqual(
      ['alerts.routes[2]: this route is never reached: routes[0] before it takes all that it would'],
    );
    expect(warned('    - { severities: [critical] }\n    - { severities: [critical, warning] }\n    - {}\n')).toEqual([]);
  });
});
