import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { UNIT_SCRIPT } from '../../src/hosts/unit-scripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'trunkline-unit-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of that name which is sent TERM before it does its work, as systemd does to what a stopping unit has just begun. */
function struck(name: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nkill -TERM $$\nexec /usr/bin/${name} "$@"\n`);
  chmodSync(path, 0o755);
}

it('long work leaves its result although each program that writes it is sent TERM with the rest of the unit', () => {
  for (const name of ['rm', 'mv']) struck(name);
  const claim = join(folder, 'claim');
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const { status } = spawnSync('/bin/sh', ['-c', UNIT_SCRIPT, 'sh', claim, 'a'.repeat(16), '/bin/sh', '-c', 'exit 7'], { env });
  expect(status).toBe(7);
  expect(readFileSync(join(claim, 'result'), 'utf8')).toBe('7\n');
});
