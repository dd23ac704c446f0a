import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DISCARD_SCRIPT } from '../../src/hosts/standby-scripts.ts';
import { until } from '../support/until.ts';

let folder: string;
const copying: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trunkline-discard-'));
  writeFileSync(join(folder, 'pg_basebackup'), '#!/bin/sh\n: >"$4/backup_label"; while :; do sleep 0.05; done\n', {
    mode: 0o755,
  });
});
afterEach(() => {
  for (const child of copying.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Copies to `<folder>/<name>`, as far as the table of processes shows, until it is ended. */
async function copyTo(name: string): Promise<ChildProcess> {
  const target = join(folder, name);
  mkdirSync(target);
  const child = spawn(join(folder, 'pg_basebackup'), ['-w', '-v', '-D', target, '-d', 'postgresql://u@h:5432/'], {
    stdio: 'ignore',
  });
  copying.push(child);
  await until(() => existsSync(join(target, 'backup_label')));
  return child;
}

it('a copy that is discarded is ended first, and no other one, or its WAL would go while it still writes', async () => {
  const [ours, other] = await Promise.all([copyTo('main.trunkline-copy'), copyTo('other.trunkline-copy')]);
  const ended = once(ours, 'exit');
  execFileSync('/bin/sh', ['-c', DISCARD_SCRIPT, 'sh', join(folder, 'main'), '-'], { timeout: 20_000 });
  expect(await ended).toEqual([null, 'SIGTERM']);
  expect([existsSync(join(folder, 'main.trunkline-copy')), other.exitCode, other.signalCode]).toEqual([false, null, null]);
});
