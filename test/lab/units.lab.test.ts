import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataDirectory, type HostName, hostNamed } from '../../lab/inventory.ts';
import { createLab, type Lab } from '../../lab/lab.ts';
import { insideSwitch } from '../../lab/network.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { systemClock } from '../../src/core/clock.ts';
import { parseHostKey } from '../../src/hosts/host-key.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { createSshPool, type SshPool } from '../../src/hosts/ssh-pool.ts';
import { startUnit } from '../../src/hosts/unit-remote.ts';
import { createUnits, type Units, type UnitSpec } from '../../src/hosts/units.ts';

const debian = process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12';
const password = `copy-${Date.now()}`;
/** A claim is for the life of a host, and hosts live on between two runs of these tests. */
const run = Date.now().toString(36);
let lab: Lab;
const pools: SshPool[] = [];

beforeAll(async () => {
  if (!insideSwitch())
    throw new Error('these tests talk to hosts: run them inside the network of the lab (npm run lab -- net ...)');
  lab = await createLab({ debian, timings: 'test', log: console.log });
  await lab.up(['sa1', 'sa2']);
  await waitFor('PostgreSQL of sa1', async () => ((await sql('select 1')).code === 0 ? [] : ['an answer']), {
    timeoutMs: 30_000,
  });
  const role = `drop role if exists replicator; create role replicator replication login password '${password}'`;
  for (const statement of [...role.split('; '), ...slots.map((slot) => `select pg_create_physical_replication_slot('${slot}')`)])
    expect(await sql(statement)).toMatchObject({ code: 0 });
});

afterAll(async () => {
  for (const pool of pools) pool.close();
  await lab.heal('sa2');
  for (const slot of slots) await sql(`select pg_drop_replication_slot('${slot}')`);
});

const slots = ['slow', 'fast', 'lost', 'late'].map((name) => `${name}_${run}`);

describe.each([
  ['as a unit of systemd', true],
  ['where no systemd runs', false],
])(`long work on a host of Debian ${debian}, %s`, (_how, systemd) => {
  const kind = systemd ? 'u' : 's';
  const slow = spec(`${run}-${kind}-slow`, slots[0] ?? '', 1000);

  it('starts once, however many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => units(systemd).start('sa2', slow)));
    expect([...answers].sort()).toEqual(['ours', 'taken', 'taken', 'taken', 'taken']);
    expect(await units(systemd).status('sa2', slow.claim)).toEqual({ state: 'running' });
  });

  it('goes on when the connection ends, is found again, and says what it does', async () => {
    const first = units(systemd);
    let cursor: string | undefined;
    const said: string[] = [];
    await waitFor(
      'the log',
      async () => {
        const more = await first.log('sa2', slow.claim, cursor);
        said.push(...more.lines);
        cursor = more.cursor;
        return said.some((line) => line.includes('waiting for checkpoint')) ? [] : ['a line of pg_basebackup'];
      },
      { timeoutMs: 20_000 },
    );
    for (const pool of pools.splice(0)) pool.close();
    const second = units(systemd);
    expect(await second.status('sa2', slow.claim)).toEqual({ state: 'running' });
    expect((await second.log('sa2', slow.claim, cursor)).lines.join('\n')).not.toContain('waiting for checkpoint');
    expect(said.filter((line) => line.includes('waiting for checkpoint'))).toHaveLength(1);
  });

  it('shows its password to nobody', async () => {
    const { stdout } = await lab.exec('sa2', [
      '/bin/sh',
      '-c',
      'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" " "; ls -l /var/lib/trunkline-units',
    ]);
    expect(stdout).toContain('pg_basebackup -w');
    expect(stdout).not.toContain(password);
    expect(stdout).toMatch(/-rw------- 1 postgres postgres .* \S+-slow\.[0-9a-f]{16}\.secret/);
  });

  it('is ended whole, and that is checked', async () => {
    expect(await processes()).not.toBe('');
    expect(await units(systemd).kill('sa2', slow.claim)).toEqual({ state: 'ended', exitCode: 143 });
    expect(await processes()).toBe('');
    expect(await units(systemd).start('sa2', slow)).toBe('taken');
    const { stdout } = await lab.exec('sa2', ['/bin/ls', '/var/lib/trunkline-units']);
    expect(stdout).not.toMatch(/slow.*secret/);
  });

  it('gives its result when it is done', async () => {
    const fast = spec(`${run}-${kind}-fast`, slots[1] ?? '', 1_000_000);
    expect(await units(systemd).start('sa2', fast)).toBe('ours');
    await ended(systemd, fast.claim);
    expect(await units(systemd).status('sa2', fast.claim)).toEqual({ state: 'ended', exitCode: 0 });
    const copied = `${dataDirectory(lab.generation)}.${fast.claim}/standby.signal`;
    expect((await lab.exec('sa2', ['/usr/bin/test', '-s', copied.replace('standby.signal', 'PG_VERSION')])).code).toBe(0);
    expect(await units(systemd).start('sa2', fast)).toBe('taken');
  });

  it('gives the exit code of a command that failed, and its words', async () => {
    const wrong = { ...spec(`${run}-${kind}-wrong`, slots[1] ?? '', 1000), secret: '*:*:*:*:not-it\n' };
    expect(await units(systemd).start('sa2', wrong)).toBe('ours');
    await ended(systemd, wrong.claim);
    expect(await units(systemd).status('sa2', wrong.claim)).toEqual({ state: 'ended', exitCode: 1 });
    expect((await units(systemd).log('sa2', wrong.claim, undefined)).lines.join('\n')).toContain(
      'password authentication failed',
    );
  });

  it('is ended after its time', async () => {
    const late = { ...spec(`${run}-${kind}-late`, slots[3] ?? '', 1000), withinMs: 2000 };
    expect(await units(systemd).start('sa2', late)).toBe('ours');
    await ended(systemd, late.claim);
    expect(await units(systemd).status('sa2', late.claim)).toMatchObject({ state: 'ended', exitCode: systemd ? 143 : 124 });
  });
});

describe('sudo, which cannot tell where the words of a command end', () => {
  it('gives nobody root, however the words of a start are joined', async () => {
    const data = dataDirectory(lab.generation);
    const { command } = spec(`${run}-joined`, slots[1] ?? '', 1000);
    const start = {
      nonce: '0123456789abcdef',
      command,
      layout: layoutOf({ dataDirectory: data }),
      withinSeconds: 60,
      hasSecret: false,
    };
    const count = startUnit({ ...start, claim: `${run}-j` }).argv.length;
    for (let at = 1; at + 1 < count; at += 1) {
      const { argv, ...rest } = startUnit({ ...start, claim: `${run}-j${at}` });
      const joined = [...argv.slice(0, at), `${argv[at]} ${argv[at + 1]}`, ...argv.slice(at + 2)];
      await sshTo('sa2').run('sa2', { ...rest, argv: joined });
    }
    const found = await lab.exec('sa2', ['/usr/bin/find', '/var/lib/trunkline-units', '-mindepth', '1', '-user', 'root']);
    expect(found.stdout).toBe('');
    const copies = await lab.exec('sa2', ['/usr/bin/find', `${data}/..`, '-maxdepth', '1', '-user', 'root', '-name', 'main*']);
    expect(copies.stdout).toBe('');
  });
});

describe('a host that lost power under long work', () => {
  it('has its claims still, so that nothing starts again, and says that the outcome is not known', async () => {
    const works = [true, false].map((systemd) => ({
      systemd,
      of: spec(`${run}-${systemd}-lost`, slots[systemd ? 2 : 0] ?? '', 1000),
    }));
    for (const { systemd, of } of works) expect(await units(systemd).start('sa2', of)).toBe('ours');
    await lab.crash('sa2');
    await lab.heal('sa2');
    for (const { systemd, of } of works) {
      const after = units(systemd);
      await waitFor('ssh', async () => ((await after.status('sa2', of.claim).catch(() => 0)) ? [] : ['an answer']), {
        timeoutMs: 30_000,
      });
      expect(await after.status('sa2', of.claim)).toEqual({ state: 'vanished' });
      expect(await after.start('sa2', of)).toBe('taken');
      expect(await after.kill('sa2', of.claim)).toEqual({ state: 'vanished' });
    }
  });

  it('keeps them for 30 days', async () => {
    const folder = '/var/lib/trunkline-units';
    expect((await lab.exec('sa2', ['/usr/bin/touch', '-d', '32 days ago', `${folder}/${run}-false-lost`])).code).toBe(0);
    await units(true).clean('sa2');
    expect(await units(true).status('sa2', `${run}-true-lost`)).toEqual({ state: 'vanished' });
    expect(await units(true).status('sa2', `${run}-false-lost`)).toEqual({ state: 'absent' });
    expect(await units(true).status('sa2', 'never')).toEqual({ state: 'absent' });
  });
});

/** Connections of its own, as a new worker has them. */
function sshTo(name: HostName): SshPool {
  const { trunkline, hostKeys } = lab.secrets;
  const target = {
    ...{ name, host: hostNamed(name).address, port: 22, user: 'trunkline', privateKeyFile: trunkline.path },
    hostKey: parseHostKey(hostKeys[name].publicKey),
  };
  const ssh = createSshPool({ hosts: [target], clock: systemClock });
  pools.push(ssh);
  return ssh;
}

function units(systemd: boolean): Units {
  const layouts = new Map([['sa2', layoutOf({ dataDirectory: dataDirectory(lab.generation) })]]);
  return createUnits({ ssh: sshTo('sa2'), layouts, clock: systemClock, ...(systemd ? {} : { systemd }) });
}

function spec(claim: string, slot: string, maxRateKibPerSecond: number): UnitSpec {
  return {
    ...{ claim, withinMs: 120_000, secret: `*:*:*:*:${password}\n` },
    command: {
      ...{ name: 'base backup', slot, maxRateKibPerSecond, suffix: claim },
      from: { host: hostNamed('sa1').address, port: 5432, user: 'replicator' },
    },
  };
}

async function ended(systemd: boolean, claim: string): Promise<void> {
  const asked = units(systemd);
  await waitFor('the end of the work', async () => ((await asked.status('sa2', claim)).state === 'running' ? ['its end'] : []), {
    timeoutMs: 60_000,
  });
}

async function processes(): Promise<string> {
  return (await lab.exec('sa2', ['/usr/bin/pgrep', '-fa', 'trunkline-units'])).stdout;
}

function sql(statement: string) {
  return lab.exec('sa1', [
    '/usr/sbin/runuser',
    '-u',
    'postgres',
    '--',
    '/usr/bin/psql',
    '-qXAt',
    '-d',
    'postgres',
    '-c',
    statement,
  ]);
}
