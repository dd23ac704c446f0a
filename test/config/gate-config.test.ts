import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError, type Problem } from '../../src/config/problem.ts';
import { checkRunbookNames } from '../../src/config/runbook-names.ts';

const good = parse(readFileSync(new URL('./good.yml', import.meta.url), 'utf8'));
const rule = { risk: ['interrupts-writes'], approvals: 1 };
const window = { from: '09:00', to: '17:00', zone: 'Europe/Berlin' };
const freeze = { from: '2026-12-20 18:00', until: '2027-01-04 08:00', zone: 'Europe/Berlin', reason: 'closing' };

const kept = (...names: string[]) => ({ runbooks: names.map((name) => ({ name })) });
const loaded = (changes: object) => loadConfig(stringify({ ...good, ...changes }), 'x.yml');
function problemsOf(changes: object): readonly Problem[] {
  try {
    loaded(changes);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('the configuration of the gate', () => {
  it('is as it was for who sets none of it', () => {
    const config = loaded({});
    expect(config).toMatchObject({ roles: [], freezes: [], channels: { ceilings: {} } });
    expect(config.totp).toBeUndefined();
  });

  it('reads times as what they mean', () => {
    const { policies, freezes } = loaded({ policies: [{ ...rule, windows: [window] }], freezes: [freeze] });
    expect(policies[0]?.windows).toEqual([{ days: [1, 2, 3, 4, 5, 6, 7], from: 540, to: 1020, zone: 'Europe/Berlin' }]);
    expect(freezes[0]).toMatchObject({
      ...{ fromMs: Date.parse('2026-12-20T17:00:00Z'), untilMs: Date.parse('2027-01-04T07:00:00Z') },
      risk: ['interrupts-nothing', 'interrupts-writes', 'can-lose-data'],
    });
  });

  const people = [{ role: 'viewer', groups: ['S0123VIEW'] }];
  const bad: [string, object, string][] = [
    ['a role that does not exist', { people: [{ ...people[0], role: 'viewr' }] }, 'people[0].role'],
    ['a role of ours by another meaning', { roles: [{ name: 'viewer', may: ['approve'] }] }, 'roles[0].name'],
    ['two roles of one name', { roles: ['a', 'a'].map((name) => ({ name, may: ['see'] })) }, 'roles[1].name'],
    ['a permission that does not exist', { roles: [{ name: 'a', may: ['sea'] }] }, 'roles[0].may[0]'],
    ['a grant for a cluster that does not exist', { people: [{ ...people[0], clusters: ['biling'] }] }, 'people[0].clusters[0]'],
    ['a rule for a cluster that does not exist', { policies: [{ ...rule, clusters: ['biling'] }] }, 'policies[0].clusters[0]'],
    ['a freeze for no environment', { freezes: [{ ...freeze, environments: ['prod'] }] }, 'freezes[0].environments[0]'],
    ['a ceiling by name', { channels: { ...good.channels, ceilings: { ops: { may: ['see'] } } } }, 'channels.ceilings.ops'],
    [
      'a ceiling for a cluster that does not exist',
      { channels: { ...good.channels, ceilings: { direct: { may: ['see'], clusters: ['biling'] } } } },
      'channels.ceilings.direct.clusters[0]',
    ],
    ['a confirmation beside approvals', { policies: [{ ...rule, confirm: true }] }, 'policies[0].confirm'],
    ['groups where nobody is asked', { policies: [{ ...rule, approvals: 0, from: ['S0123LEAD'] }] }, 'policies[0].from'],
    ['a rule that does not say how many approve', { policies: [{ risk: ['reads'] }] }, 'policies[0].approvals'],
    ['codes without a key', { policies: [{ ...rule, totp: true }] }, 'policies[0].totp'],
    [
      'codes where nobody clicks',
      { policies: [{ ...rule, approvals: 0, totp: true }], totp: { key: 'env:TOTP' } },
      'policies[0].totp',
    ],
    ['a key that stands in the file', { totp: { key: 'c2VjcmV0' } }, 'totp.key'],
    [
      'a zone that does not exist',
      { policies: [{ ...rule, windows: [{ ...window, zone: 'Berlin' }] }] },
      'policies[0].windows[0].zone',
    ],
    ['a time that is none', { policies: [{ ...rule, windows: [{ ...window, from: '9:00' }] }] }, 'policies[0].windows[0].from'],
    ['a freeze that ends before it begins', { freezes: [{ ...freeze, until: '2026-12-20 17:00' }] }, 'freezes[0].until'],
    ['a day that there is not', { freezes: [{ ...freeze, from: '2026-02-30 17:00' }] }, 'freezes[0].from'],
    ['a pattern that is broken', { policies: [{ ...rule, reasonPattern: '(CHG' }] }, 'policies[0].reasonPattern'],
    ['a pattern that can take for ever', { policies: [{ ...rule, reasonPattern: '(a)\\1' }] }, 'policies[0].reasonPattern'],
    ['a pattern of great length', { policies: [{ ...rule, reasonPattern: 'a'.repeat(201) }] }, 'policies[0].reasonPattern'],
  ];
  it.each(bad)('refuses %s, because something else would happen than was meant', (_, changes, path) => {
    const problems = problemsOf(changes);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.hint).not.toBe('');
    expect(JSON.stringify(problems)).not.toContain('c2VjcmV0');
  });

  it('knows the runbooks only when they are read, and then refuses a name that none has', () => {
    const config = loaded({
      ...{ people: [{ ...people[0], runbooks: ['switchover', 'swichover'] }], freezes: [{ ...freeze, runbooks: ['x'] }] },
      ...{ policies: [{ ...rule, runbooks: ['switchover'] }] },
      channels: { ...good.channels, ceilings: { others: { may: ['see'], runbooks: ['y'] } } },
    });
    expect(() => checkRunbookNames(config, kept('switchover'), 'x.yml')).toThrow(
      /3 problems[\s\S]*people\[0\]\.runbooks\[1\] is swichover[\s\S]*Did you mean switchover\?[\s\S]*freezes\[0\][\s\S]*ceilings\.others/,
    );
    expect(() => checkRunbookNames(config, kept('switchover', 'swichover', 'x', 'y'), 'x.yml')).not.toThrow();
  });
});
