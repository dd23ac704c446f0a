import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unreadableFiles } from '../../src/config/files.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError, type Problem } from '../../src/config/problem.ts';
import { referencesIn } from '../../src/config/secrets.ts';
import { warningsOf } from '../../src/config/warnings.ts';
import { runProgram } from '../../src/program.ts';

const good = readFileSync(new URL('./good.yml', import.meta.url), 'utf8');
const PLAIN = "endpoints: ['http://10.77.0.11:2379', 'http://10.77.0.12:2379'] }";
const withEtcd = (etcd: string) => good.replace(PLAIN, `${etcd} }`);
const HTTPS = "endpoints: ['https://10.77.0.11:2379', 'https://etcd2:2379']";

function problemsOf(text: string): readonly Problem[] {
  try {
    loadConfig(text, 'good.yml');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('how an etcd is reached, in the configuration', () => {
  it('is several endpoints, a login, and TLS material by path or by reference', () => {
    const tls = 'tls: { ca: /etc/ca.pem, cert: env:ETCD_CERT, key: file:/run/secrets/etcd.key }';
    const text = withEtcd(`${HTTPS}, username: trunkline, password: file:/run/secrets/etcd, ${tls}`);
    expect(problemsOf(text)).toEqual([]);
    const { etcds } = loadConfig(text, 'good.yml');
    expect(referencesIn(etcds).map(({ path }) => path)).toEqual(['[0].password', '[0].tls.cert', '[0].tls.key']);
    const missing = (path: string): never => {
      throw new Error(path);
    };
    expect(unreadableFiles({ etcds }, missing).map(({ path }) => path)).toEqual(['etcds[0].tls.ca']);
  });

  it.each([
    ['half of a login', `${HTTPS}, username: trunkline`, 'etcds[0].password', /belong together/],
    ['the other half', `${HTTPS}, password: env:PW`, 'etcds[0].username', /belong together/],
    ['half of a client certificate', `${HTTPS}, tls: { cert: /c }`, 'etcds[0].tls.key', /belong together/],
    ['TLS that nobody uses', `${PLAIN.slice(0, -2)}, tls: { ca: /ca.pem }`, 'etcds[0].tls', /no effect/],
    ['TLS here and none there', "endpoints: ['https://a:1', 'http://b:1']", 'etcds[0].endpoints', /some .* are http/],
    ['a path in an endpoint', "endpoints: ['https://a:1/v3']", 'etcds[0].endpoints[0]', /host and port alone/],
    [
      'https in capitals, which no client would speak',
      "endpoints: ['HTTPS://a:1']",
      'etcds[0].endpoints[0]',
      /host and port alone/,
    ],
    ['another scheme', "endpoints: ['ftp://a:1']", 'etcds[0].endpoints[0]', /host and port alone/],
    [
      'a key as text',
      `${HTTPS}, tls: { cert: /c, key: '-----BEGIN PRIVATE KEY----- hunter2' }`,
      'etcds[0].tls.key',
      /by its path/,
    ],
    ['a reference that is none', `${HTTPS}, tls: { ca: 'env:lower' }`, 'etcds[0].tls.ca', /by its path/],
  ])('is refused with %s, at its place', (_what, etcd, path, reason) => {
    expect(problemsOf(withEtcd(etcd))).toMatchObject([{ path, reason: expect.stringMatching(reason) }]);
  });

  it('shows no login of an endpoint and no key that stands in the file', () => {
    const told = problemsOf(withEtcd("endpoints: ['https://root:hunter2@a:1'], tls: { cert: /c, key: '-----BEGIN hunter2' }"));
    expect(told.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toContain('hunter2');
    const files = unreadableFiles({ tls: { key: '-----BEGIN hunter2' } }, () => '');
    expect(JSON.stringify(files)).not.toContain('hunter2');
  });
});

describe('a login that everybody on the way can read', () => {
  const login = ', username: trunkline, password: env:ETCD_PASSWORD';
  const warned = (etcd: string) =>
    warningsOf({ ...loadConfig(withEtcd(etcd), 'good.yml'), clusters: [] }).map(({ path, says }) => `${path}: ${says}`);

  it('is warned of, with the endpoints that it goes to', () => {
    expect(warned(`${PLAIN.slice(0, -2)}${login}`)).toEqual([
      'etcds[0].endpoints: the password of etcd main is sent in the clear to http://10.77.0.11:2379, http://10.77.0.12:2379',
    ]);
  });

  it.each([
    ['TLS', `${HTTPS}${login}`],
    ['no login', PLAIN.slice(0, -2)],
    ['the host itself', `endpoints: ['http://127.0.0.1:2379', 'http://localhost:2379', 'http://[::1]:2379']${login}`],
  ])('is not warned of with %s', (_what, etcd) => {
    expect(warned(etcd)).toEqual([]);
  });

  it("is warned of for Patroni's REST API as well", () => {
    const ofPatroni = (text: string) => warningsOf(loadConfig(text, 'good.yml')).map(({ path }) => path);
    expect(ofPatroni(good)).toEqual(['clusters[0].patroni.password']);
    expect(ofPatroni(good.replace('patroni: {', 'patroni: { tls: { ca: /etc/ca.pem },'))).toEqual([]);
  });

  it('is told by `trunkline config check`, which still says that the configuration is good', async () => {
    const text = withEtcd(`${PLAIN.slice(0, -2)}${login}`);
    const said = { out: '', err: '' };
    const code = await runProgram({
      ...{ argv: ['config', 'check', 'good.yml'], stop: new AbortController().signal, columns: undefined },
      env: new Proxy({}, { get: () => 'x'.repeat(40) }),
      readFile: (path) => (path === 'good.yml' ? text : 'k'.repeat(40)),
      out: (more) => {
        said.out += more;
      },
      err: (more) => {
        said.err += more;
      },
    });
    expect(said.err).toMatch(/^warning: etcds\[0\]\.endpoints: the password of etcd main is sent in the clear/);
    expect(said.out).toMatch(/^the configuration is good/);
    expect(code).toBe(0);
  });
});
