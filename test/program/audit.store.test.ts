import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { type EtcdServers, startEtcd } from '../support/etcd-server.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { configOf, leaksIn, openFolder, secretsOf } from './support/config.ts';
import { alarming, endProgram, type Env, type Program, readiness, runProgram, startProgram } from './support/program.ts';

const folder = openFolder();
const keyFile = folder.path('audit-key');
const file = folder.path('log/audit.jsonl');
const CHAIN = '{trunkline}:audit';
let workspace: Workspace;
let redis: RedisServer;
let etcd: EtcdServers;
let secrets: Env;
let config: string;
let healthPort: number;
let publicKey: string;
const programs: Program[] = [];

beforeAll(async () => {
  mkdirSync(folder.path('log'));
  [workspace, redis, etcd, healthPort] = await Promise.all([startWorkspace(), startRedisServer(), startEtcd(), freePort()]);
  etcd.etcdctl('put', '/service/billing/leader', 'pg1');
  secrets = secretsOf(workspace.seed);
  publicKey = (await audit('keygen', '--out', keyFile)).output.split('\n')[0] ?? '';
  const common = { seed: workspace.seed, slackApiUrl: workspace.env.SLACK_API_URL, redisPort: redis.port, etcds: etcd.endpoints };
  const change = { audit: { file, signingKey: `file:${keyFile}`, every: '1s' } };
  const places = (port: number) => ({ ...common, healthPort: port, privateKeyFile: folder.privateKeyFile(), change });
  config = folder.write('bot.yml', configOf(places(healthPort)));
  const second = folder.write('second.yml', configOf(places(await freePort())));
  programs.push(...(await Promise.all([start('bot', config), start('worker', second)])));
}, 120_000);
afterAll(async () => {
  await Promise.all(programs.map((one) => endProgram(one, 'SIGKILL')));
  await Promise.all([workspace.stop(), redis.stop(), etcd.stop()]);
  folder.remove();
});

async function start(part: string, path: string): Promise<Program> {
  const program = startProgram([part, '--config', path], secrets);
  await until(() => program.output().includes('"started"') || !program.lives(), 60_000);
  expect(program.lives(), program.output()).toBe(true);
  return program;
}
const audit = (...words: readonly string[]) => runProgram(['audit', ...words], secrets);
const verify = (...words: readonly string[]) => audit('verify', '--config', config, ...words);
const heads = async () => (await workspace.messages('db-audit')).filter(({ shown }) => shown.includes('signed at entry'));
/** What a person without any role is refused; resolves when they were told. */
async function refusedCommand(): Promise<void> {
  const before = (await workspace.as('gus').inbox()).length;
  await workspace.as('gus').command('/pg', 'status billing', { channel: 'db-ops' });
  await until(async () => (await workspace.as('gus').inbox()).length > before, 10_000);
}

const auditIs = async (wanted: boolean) =>
  (await readiness(healthPort)).parts.some(({ name, ok }) => name === 'audit' && ok === wanted);

describe.sequential('trunkline audit', () => {
  it('makes a key that only its owner can read, and never overwrites one', async () => {
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(publicKey).toMatch(/^MCowBQYDK2VwAyEA\S{44}$/);
    const again = await audit('keygen', '--out', keyFile);
    expect(again.code).toBe(69);
    expect(again.output).toContain('it exists already, and a key is never overwritten');
  });

  it('is fed by two processes, whose file is whole, and whose signed heads stand in the channel once each', async () => {
    for (let i = 0; i < 3; i += 1) {
      const before = (await heads()).length;
      await refusedCommand();
      await until(async () => (await heads()).length > before, 15_000);
    }
    const shown = (await heads()).map((message) => /signed at entry (\d+)/.exec(message.shown)?.[1]);
    expect(new Set(shown).size).toBe(shown.length);
    const { code, output } = await verify();
    expect(output).toMatch(/^Redis: \d+ entries, 1 to \d+, are whole; the last has the hash [0-9a-f]{64}$/m);
    expect(output).toMatch(new RegExp(`^${file}: \\d+ entries, 1 to \\d+, are whole`, 'm'));
    expect(output).toMatch(/^Redis: \d+ signed heads are genuine/m);
    expect(output).toMatch(/The audit log is whole\.$/m);
    expect(code).toBe(0);
    expect(leaksIn(output, secrets)).toEqual([]);
  });

  it('compares with what the channel shows, as it stands there', async () => {
    const [first] = await heads();
    const seq = /signed at entry (\d+)/.exec(first?.shown ?? '')?.[1] ?? '';
    const hash = /Hash: (?:`)?((?:[0-9a-f]{4} ?){16})/.exec(first?.shown ?? '')?.[1] ?? '';
    expect((await verify('--head', `${seq}:${hash}`)).code).toBe(0);
    const other = await verify('--head', `${seq}:${'0'.repeat(64)}`);
    expect(other.code).toBe(1);
    expect(other.output).toContain(`entry ${seq}, as given with --head, has the hash 000000000000…`);
  });

  it('needs neither configuration nor Redis to check a file', async () => {
    const { code, output } = await audit('verify', '--file', file, '--public-key', publicKey);
    expect(output).toMatch(/\d+ signed heads are genuine/);
    expect(code).toBe(0);
  });

  it('exports lines that can be checked again, and a table', async () => {
    const lines = await audit('export', '--config', config, '--from', '1', '--to', '2');
    expect(lines.output.trim().split('\n')).toHaveLength(2);
    expect(readFileSync(file, 'utf8').startsWith(lines.output)).toBe(true);
    const table = await audit('export', '--config', config, '--format', 'csv', '--from', '2020-01-01T00:00:00Z', '--to', '1');
    expect(table.output.split('\r\n')[0]).toMatch(/^seq,at,who,/);
    expect(table.output.split('\r\n')[1]).toMatch(/^1,20\d\d-/);
    expect((await audit('export', '--file', file, '--cluster', 'nobody')).output).toBe('');
  });

  it('starts no change while its file can not be written, and says so', async () => {
    await until(() => auditIs(true), 15_000);
    rmSync(folder.path('log'), { recursive: true });
    await until(() => auditIs(false), 15_000);
    const before = (await workspace.as('olga').inbox()).length;
    await workspace.as('olga').command('/pg', 'switchover billing', { channel: 'db-ops' });
    await until(async () => (await workspace.as('olga').inbox()).length > before, 10_000);
    expect((await workspace.as('olga').inbox()).at(-1)?.shown).toMatch(/audit file .* can not be written: ENOENT/s);
    mkdirSync(folder.path('log'));
    await until(() => auditIs(true), 15_000);
    const after = await verify();
    expect(after.output, 'the new file is as after a rotation').toMatch(/is empty, as after a rotation|begins at entry \d+/);
    expect(after.code).toBe(0);
  });

  it('signs what is left when the programs end, and finds each kind of tampering afterwards', async () => {
    await refusedCommand();
    const ends = await Promise.all(programs.splice(0).map(async (one) => ({ one, end: await endProgram(one) })));
    expect(ends.map(({ end }) => end.code)).toEqual([0, 0]);
    expect(ends.flatMap(({ one }) => alarming(one.output()))).toEqual([]);
    const client = redis.client();
    const rows = await client.xrange(CHAIN, '-', '+');
    const restore = async (kept: typeof rows) => {
      await client.del(CHAIN);
      for (const [id, fields] of kept) await client.xadd(CHAIN, id, ...fields);
    };
    const found = async (kept: typeof rows) => {
      await restore(kept);
      const { code, output } = await verify('--redis');
      expect(code).toBe(1);
      return output;
    };
    expect((await verify()).output).toMatch(/whole\.$/m);
    const edited = rows.map(([id, fields], at): (typeof rows)[0] => [
      id,
      at === 1 ? fields.map((f) => f.replace('"atMs":', '"atMs":1')) : fields,
    ]);
    expect(await found(edited)).toContain('FAULT Redis: entry 2 was edited');
    expect(await found(rows.toSpliced(1, 1))).toContain('FAULT Redis: entry 2 is missing; entry 3 follows');
    expect(await found(rows.slice(0, -2))).toMatch(/FAULT Redis: the tail was cut off: the signed head at entry \d+ was there/);
    await restore(rows);
    expect((await verify()).code).toBe(0);
  });

  it('says which words it knows', async () => {
    expect(await audit('prove')).toMatchObject({ code: 64, output: expect.stringContaining('say verify, export or keygen') });
    expect(await audit('verify', '--head', 'x')).toMatchObject({
      code: 69,
      output: expect.stringContaining("--head 'x' is not SEQ:HASH"),
    });
  });
});
