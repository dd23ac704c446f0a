import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { parseHaproxyStats } from '../../src/proxies/haproxy-stats.ts';
import { createProxies } from '../../src/proxies/proxies.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';

const HEADER =
  '# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,last_chk,';
const line = (backend: string, server: string, sessions: number, status: string, check = '') =>
  `${backend},${server},0,0,${sessions},9,100,1,1,1,,0,,0,0,0,0,${status},1,1,0,${check},`;
const STATS = [
  HEADER,
  line('stats', 'FRONTEND', 1, 'OPEN'),
  line('primary', 'FRONTEND', 7, 'OPEN'),
  line('primary', 'pg1', 7, 'UP', '"status ""200"", fine"'),
  line('primary', 'pg2', 0, 'DOWN'),
  line('primary', 'BACKEND', 7, 'UP'),
  line('replica', 'pg1', 0, 'DOWN'),
  line('replica', 'pg2', 3, 'UP'),
  '',
].join('\n');

describe("HAProxy's statistics", () => {
  it('give the servers of a listen section, without its sums', () => {
    expect(parseHaproxyStats(STATS, { primary: 'primary', replica: 'replica' })).toEqual({
      primary: [
        { member: 'pg1', status: 'UP', sessions: 7 },
        { member: 'pg2', status: 'DOWN', sessions: 0 },
      ],
      replicas: [
        { member: 'pg1', status: 'DOWN', sessions: 0 },
        { member: 'pg2', status: 'UP', sessions: 3 },
      ],
    });
  });
  it('are read by the names of columns, so that another order changes nothing', () => {
    const csv = '# pxname,svname,status,"new, one",scur\nprimary,pg1,MAINT,"a ""b"", c",4\n';
    expect(parseHaproxyStats(csv, { primary: 'primary' })).toEqual({
      primary: [{ member: 'pg1', status: 'MAINT', sessions: 4 }],
      replicas: [],
    });
  });
  it('say which backend is missing, as its name is a matter of configuration', () => {
    expect(() => parseHaproxyStats(STATS, { primary: 'pgsql' })).toThrow('has no backend named pgsql');
  });
});

describe('asking the HAProxies', () => {
  const servers: TestServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  const proxies = (urls: readonly string[]) =>
    createProxies({
      hosts: urls.map((statsUrl, index) => ({ name: `lb${index + 1}`, statsUrl })),
      backends: { primary: 'primary', replica: 'replica' },
      clock: systemClock,
      timeoutMs: 300,
    });

  it('asks for CSV with the login of the address, and does not tell that login', async () => {
    let authorization: string | undefined;
    const server = await httpServer((request, response) => {
      authorization = request.headers.authorization;
      response.end(STATS);
    });
    servers.push(server);
    const [reading] = await proxies([`http://ops:s3cret@127.0.0.1:${server.port}/`]).read();
    expect(reading?.stats.ok).toBe(true);
    expect(server.requests).toEqual(['GET /;csv']);
    expect(authorization).toBe(`Basic ${Buffer.from('ops:s3cret').toString('base64')}`);
    expect(JSON.stringify(reading)).not.toContain('s3cret');
  });

  it('gives the one that answers while another is silent and a third is gone', async () => {
    const good = await httpServer((_request, response) => response.end(STATS));
    const mute = await httpServer(() => undefined);
    const gone = await httpServer(() => undefined);
    await gone.close();
    servers.push(good, mute);
    const readings = await proxies([good.url, mute.url, gone.url].map((url) => `${url}/`)).read();
    expect(readings.map(({ name, stats }) => [name, stats.ok ? 'ok' : stats.why])).toEqual([
      ['lb1', 'ok'],
      ['lb2', 'no answer within 300 ms'],
      ['lb3', 'connection refused'],
    ]);
  });

  it('says that the password was refused, or that it is no HAProxy', async () => {
    const strict = await httpServer((_request, response) => response.writeHead(401).end());
    const other = await httpServer((_request, response) => response.end('<html>'));
    servers.push(strict, other);
    const readings = await proxies([`${strict.url}/`, `${other.url}/`]).read();
    expect(readings.map(({ stats }) => (stats.ok ? '' : stats.why))).toEqual([
      'refused the password of its statistics',
      'answered something else than HAProxy statistics',
    ]);
  });
});
