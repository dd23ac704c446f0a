import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { markStandby, unmarkStandby } from '../../src/hosts/streaming-commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'trunkline-mark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const layout = { ...layoutOf({ dataDirectory: folder }), binDirectory: folder };
const signal = join(folder, 'standby.signal');

/** With a pg_ctl that ends so. */
function run({ argv: [program = '', ...args] }: RemoteCommand, pgCtl: string) {
  writeFileSync(join(folder, 'pg_ctl'), `#!/bin/sh\n${pgCtl}\n`, { mode: 0o755 });
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return { status, stdout, marked: existsSync(signal) };
}

describe('standby.signal of a plain primary', () => {
  it('is not written while a server runs, nor where pg_ctl can not tell, as the fence would hold nobody', () => {
    for (const unknown of ['exit 0', 'exit 1', 'exit 127', 'kill -9 $$'])
      expect(run(markStandby(layout), unknown)).toMatchObject({ status: 5, marked: false });
    expect(run(markStandby(layout), 'exit 3')).toMatchObject({ status: 0, marked: true });
  });

  it('is not taken away where pg_ctl can not tell, as a standby that runs would start as a primary the next time', () => {
    writeFileSync(signal, '');
    for (const unknown of ['exit 1', 'exit 127', 'kill -9 $$'])
      expect(run(unmarkStandby(layout), unknown)).toMatchObject({ status: 5, marked: true });
    expect(run(unmarkStandby(layout), 'exit 0')).toEqual({ status: 0, stdout: 'standby\n', marked: true });
    expect(run(unmarkStandby(layout), 'exit 3')).toEqual({ status: 0, stdout: '', marked: false });
  });
});
