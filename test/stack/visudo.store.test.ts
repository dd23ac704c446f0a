import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { proxySudoGrants, readingGrants, sudoGrants } from '../../src/hosts/sudo-grants.ts';
import { sudoers } from '../../src/stack/sudoers.ts';

describe("sudo's own check", () => {
  it.each([{}, { withoutSystemd: true }])('takes the file that is printed, %j', (options) => {
    for (const dataDirectory of ['/var/lib/postgresql/15/main', '/srv/pg+data/17_a', '/var/lib/pgsql/17/data']) {
      const text = sudoers(
        'trunkline',
        sudoGrants(layoutOf({ dataDirectory }), { tool: 'pgBackRest', of: 'billing-production' }),
        options,
      );
      const { status, stdout, stderr } = spawnSync('visudo', ['-cf', '-'], { input: text, encoding: 'utf8' });
      expect(`${status} ${stdout}${stderr}`).toMatch(/^0 .*parsed OK/);
    }
  });

  it('takes that of a bot which only reads, below that of the worker in one file', () => {
    const layout = layoutOf({ dataDirectory: '/var/lib/postgresql/15/main' });
    const text = `${sudoers('trunkline', sudoGrants(layout))}${sudoers('trunkline-read', readingGrants(layout, [{ host: 'fd00::12', port: 5433 }]))}`;
    const { status, stdout, stderr } = spawnSync('visudo', ['-cf', '-'], { input: text, encoding: 'utf8' });
    expect(`${status} ${stdout}${stderr}`).toMatch(/^0 .*parsed OK/);
  });

  it('takes that of a host with HAProxy and PgBouncer', () => {
    const haproxy = { socket: '/run/haproxy/admin.sock', backend: 'primary', servers: ['pg-1.a', 'pg2'] };
    const pooler = { host: '10.0.0.21', port: 6432, adminUser: 'adm', databases: ['app', 'jobs-2'], user: 'trunkline' };
    const text = sudoers('trunkline', proxySudoGrants({ haproxy, poolers: [pooler] }));
    const { status, stdout, stderr } = spawnSync('visudo', ['-cf', '-'], { input: text, encoding: 'utf8' });
    expect(`${status} ${stdout}${stderr}`).toMatch(/^0 .*parsed OK/);
  });
});
