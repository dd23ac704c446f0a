import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createHostReads } from '../../src/hosts/host-reads.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { createMemberLog } from '../../src/hosts/member-log.ts';
import { createPoolerHost } from '../../src/hosts/pooler-host.ts';
import { createRebuildHostReads } from '../../src/hosts/rebuild-host-reads.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import type { RemoteResult } from '../../src/hosts/ssh-channel.ts';
import { readSettings } from '../../src/hosts/standby-commands.ts';
import { identifySystem } from '../../src/hosts/streaming-commands.ts';
import { readingGrants, sudoGrants } from '../../src/hosts/sudo-grants.ts';
import { createUnits } from '../../src/hosts/units.ts';

const layout = layoutOf({ dataDirectory: '/var/lib/postgresql/15/main' });
const layouts = new Map([['pg1', layout]]);
const peers = [
  { host: '10.0.0.11', port: 5432 },
  { host: 'fd00::12', port: 5433 },
];
const rules = readingGrants(layout, peers);

function isGranted({ as, argv: [program, ...args] }: RemoteCommand, by = rules): boolean {
  return by.some(
    (rule) =>
      rule.runAs === as &&
      rule.program === program &&
      ('matching' in rule.args ? new RegExp(rule.args.matching).test(args.join(' ')) : rule.args.join(' ') === args.join(' ')),
  );
}

describe('what sudo grants a login that only reads', () => {
  it('is all that a bot runs on hosts, so that it needs no other login', async () => {
    const ran: RemoteCommand[] = [];
    const run = async (_host: string, command: RemoteCommand): Promise<RemoteResult> => {
      ran.push(command);
      return { code: 0, stdout: '', stderr: '' };
    };
    const ssh = { run, mustRun: run, warm: async () => undefined, close: () => undefined };
    const target = { host: '10.0.0.11', postgresPort: 5432, restUrl: 'http://10.0.0.11:8008' };
    const reads = createHostReads({
      ssh,
      layouts,
      ports: new Map([
        ['pg1', { host: '10.0.0.11', port: 5432 }],
        ['pg2', { host: 'fd00::12', port: 5433 }],
      ]),
      clock: systemClock,
    });
    const rebuild = createRebuildHostReads({
      ...{ ssh, clock: systemClock, redact: (text: string) => text, layoutOf: () => layout },
      units: createUnits({ ssh, layouts, clock: systemClock }),
    });
    const calls: Record<keyof typeof reads | keyof typeof rebuild, () => Promise<unknown>> = {
      server: () => reads.server('pg1'),
      disk: () => reads.disk('pg1'),
      addresses: () => reads.addresses('pg1'),
      etcdAccess: () => reads.etcdAccess('pg1'),
      bareHost: () => reads.bareHost('pg1', ['/srv/space']),
      replicationRules: () => reads.replicationRules('pg1'),
      replicationLogin: () =>
        reads.replicationLogin({ from: 'pg1', to: 'pg2', user: 'standby_pg1', passfile: '/var/lib/postgresql/.pgpass' }),
      patroniLog: () => reads.patroniLog('pg1', { lines: 10, sinceMs: 0 }),
      reach: () => reads.reach('pg1', target.restUrl),
      lookFrom: () => reads.lookFrom('pg1', target),
      lingering: () => reads.lingering('lb1', 'primary'),
      dataDirectory: () => rebuild.dataDirectory('pg1'),
      kept: () => rebuild.kept('pg1'),
      unit: () => rebuild.unit('pg1', 'r1.copy'),
      claim: () => rebuild.claim('pg1', 'promotion.1.t1.lost'),
    };
    for (const call of Object.values(calls)) await call();
    const log = createMemberLog({ ssh, layouts, isPatroni: true, clock: systemClock });
    for (const unit of ['patroni', 'postgres'] as const) {
      await log.read('pg1', { unit, lines: 50, sinceMs: 0 }, { why: 'down' });
      await log.read(
        'pg1',
        { unit, lines: 50, sinceMs: 0 },
        { collector: true, destination: 'stderr', directory: 'log', file: 'log/a.log' },
      );
    }
    const pooler = { host: '10.0.0.21', port: 6432, adminUser: 'adm', databases: ['app'], user: 'trunkline' };
    await expect(createPoolerHost(ssh, 'lb1', pooler).timer('trunkline-resume-1')).rejects.toThrow(/unknown form/);
    const byOthers = ran.filter(({ as }) => as !== 'trunkline');
    expect(byOthers.length).toBeGreaterThan(8);
    expect(byOthers.filter((command) => !isGranted(command)).map(({ name, argv }) => `${name}: ${argv.join(' ')}`)).toEqual([]);
  });

  it('leaves out what holds passwords: the ldap ones of pg_hba.conf, those of primary_conninfo', () => {
    expect(isGranted(readSettings(), sudoGrants(layout))).toBe(true);
    expect(isGranted(readSettings())).toBe(false);
  });

  it('asks only servers of the cluster for replication, as any other would be told the password of a file that says *', () => {
    const ask = (host: string, port: number) =>
      isGranted(identifySystem({ host, port, user: 'standby_pg1', passfile: `${layout.dataDirectory}.pgpass` }));
    expect(ask('fd00::12', 5433)).toBe(true);
    expect(ask('192.0.2.66', 5432)).toBe(false);
    expect(ask('10.0.0.11', 6000)).toBe(false);
    expect(ask('10.0.0x11', 5432)).toBe(false);
  });

  it('is part of what the worker has, and lets nothing be started, stopped, written, deleted or ended', () => {
    const all = sudoGrants(layout, undefined, peers);
    expect(all).toEqual(expect.arrayContaining([...rules]));
    expect(rules.length).toBeLessThan(all.length / 2);
    const text = JSON.stringify(rules);
    for (const word of [
      'systemctl',
      'systemd-run',
      'CHECKPOINT',
      'pg_terminate',
      'promote',
      'rm -',
      'mv -',
      'mkdir',
      'install',
      '>"$',
    ])
      expect(text).not.toContain(word);
  });
});
