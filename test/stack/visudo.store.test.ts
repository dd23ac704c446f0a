import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { sudoGrants } from '../../src/hosts/sudo-grants.ts';
import { sudoers } from '../../src/stack/sudoers.ts';

describe("sudo's own check", () => {
  it.each([{}, { withoutSystemd: true }])('takes the file that is printed, %j', (options) => {
    for (const dataDirectory of ['/var/lib/postgresql/15/main', '/srv/pg+data/17_a', '/var/lib/pgsql/17/data']) {
      const text = sudoers('trunkline', sudoGrants(layoutOf({ dataDirectory })), options);
      const { status, stdout, stderr } = spawnSync('visudo', ['-cf', '-'], { input: text, encoding: 'utf8' });
      expect(`${status} ${stdout}${stderr}`).toMatch(/^0 .*parsed OK/);
    }
  });
});
