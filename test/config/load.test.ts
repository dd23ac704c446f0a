import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError, type Problem } from '../../src/config/problem.ts';
import { referencesIn, resolveSecrets } from '../../src/config/secrets.ts';

const good = readFileSync(new URL('./good.yml', import.meta.url), 'utf8');

describe('loading the configuration', () => {
  it('reads a good file, with defaults, units as numbers and overrides beside the defaults', () => {
    const config = loadConfig(good, 'good.yml');
    expect(config.slack.command).toBe('/pg');
    expect(config.policies[1]?.expiresIn).toBe(900_000);
    expect(config.limits.maxReplayLag).toBe(10 * 1024 ** 2);
    expect(config.clusters[0]?.limits).toEqual({ minSinceLeaderChange: 0 });
  });

  it('tells all problems at once, each with its place, its line and what to do', () => {
    const text = good
      .replace('teamId: T0TRUNKLINE', 'teamId: my-team')
      .replace('environment: production', 'environment: Production!')
      .replace('etcd: main', 'etdc: main')
      .replace('port: 6379', 'port: 99999');
    const problems = problemsOf(text);
    expect(problems.map((p) => p.path)).toEqual(['slack.teamId', 'redis.port', 'clusters[0].environment', 'clusters[0].etdc']);
    expect(problems.map((p) => p.line)).toEqual([4, 5, 18, 19]);
    expect(problems[3]).toMatchObject({ reason: 'unknown key', hint: 'Did you mean etcd?' });
    for (const problem of problems) expect(problem.hint).not.toBe('');
  });

  it('takes an audit log beside Redis, and refuses a key that is none and a path that depends on where it is started', () => {
    const key = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
    const audit = `audit: { file: /var/lib/trunkline/audit.jsonl, publicKeys: [${key}] }\n`;
    expect(loadConfig(`${good}${audit}`, 'good.yml').audit).toEqual({
      file: '/var/lib/trunkline/audit.jsonl',
      publicKeys: [key],
      every: 3_600_000,
    });
    const wrong = audit.replace('/var/lib', 'var/lib').replace(key, key.slice(4));
    expect(problemsOf(`${good}${wrong}`).map(({ path }) => path)).toEqual(['audit.file', 'audit.publicKeys[0]']);
  });

  it('points at the line of broken YAML', () => {
    expect(problemsOf('slack:\n  botToken: "env:X\nredis: {')[0]).toMatchObject({
      path: '',
      reason: expect.stringContaining('not valid YAML'),
    });
  });

  it('refuses an empty file and a file that is no mapping, because nothing would be watched', () => {
    expect(problemsOf('').length).toBeGreaterThan(0);
    expect(problemsOf('- a\n- b').length).toBeGreaterThan(0);
  });

  it('refuses a secret that stands in the file, and does not repeat it', () => {
    const error = errorOf(good.replace("'env:PG_PASSWORD'", 'hunter2-very-secret'));
    expect(error.problems[0]).toMatchObject({ path: 'clusters[0].postgres.password', value: '[not shown]' });
    expect(error.message).not.toContain('hunter2');
  });

  it.each([
    ['two clusters with one name', good + good.slice(good.indexOf('  - name: billing')), 'clusters[1].name'],
    ['an etcd that is not listed', good.replace('etcd: main', 'etcd: other'), 'clusters[0].etcd'],
    ['a Redis that is nowhere', good.replace('{ host: 127.0.0.1, port: 6379', '{ port: 6379'), 'redis'],
    ['a Redis in two places', good.replace('port: 6379', 'cluster: [{ host: r1 }]'), 'redis'],
    ['Sentinels without the name', good.replace('host: 127.0.0.1', 'sentinels: [{ host: r1 }]'), 'redis.sentinels'],
    ['Socket Mode without its token', good.replace('  appToken: env:SLACK_APP_TOKEN\n', ''), 'slack.appToken'],
    [
      'a grant for an environment without clusters',
      good.replace('environments: [production] }\npol', 'environments: [prod] }\npol'),
      'people[2].environments[0]',
    ],
    ['break-glass for nobody', `${good}breakGlass: { environments: [production] }\n`, 'breakGlass'],
    [
      'break-glass for a cluster that is not there',
      `${good}breakGlass: { users: [U0OLGA], clusters: [biling] }\n`,
      'breakGlass.clusters[0]',
    ],
    [
      'break-glass for no environment',
      `${good}breakGlass: { users: [U0OLGA], environments: [prod] }\n`,
      'breakGlass.environments[0]',
    ],
  ])('refuses %s, because a wrong act would follow', (_what, text, path) => {
    expect(problemsOf(text).map((p) => p.path)).toContain(path);
  });
});

describe('secrets', () => {
  it('are read by reference, and all that are missing are told at once without any value', () => {
    const references = referencesIn(loadConfig(good, 'good.yml'));
    const { problems, secrets } = resolveSecrets(references, {
      env: { SLACK_BOT_TOKEN: 'xoxb-1', PG_PASSWORD: '' },
      readFile: () => {
        throw Object.assign(new Error('no'), { code: 'ENOENT' });
      },
    });
    expect(problems.map((p) => p.path)).toEqual([
      'slack.appToken',
      'clusters[0].patroni.password',
      'clusters[0].postgres.password',
    ]);
    expect(problems[1]?.reason).toContain('ENOENT');
    expect(secrets.reveal('env:SLACK_BOT_TOKEN')).toBe('xoxb-1');
  });
});

function errorOf(text: string): ConfigError {
  try {
    loadConfig(text, 'trunkline.yml');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function problemsOf(text: string): readonly Problem[] {
  return errorOf(text).problems;
}
