import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createClaims } from '../../src/hosts/claims.ts';
import { createSshPool, type SshPool } from '../../src/hosts/ssh-pool.ts';
import { type SshServer, sshServer } from '../support/ssh-server.ts';

describe('a claim on a host', () => {
  let folder: string;
  let server: SshServer;
  let pools: SshPool[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trunkline-claims-'));
    server = await sshServer((line, channel) => {
      const child = execFile('/bin/sh', ['-c', line.replaceAll('/var/lib/trunkline/claims', folder)], (error, stdout, stderr) => {
        channel.write(stdout);
        channel.stderr.write(stderr);
        channel.exit(typeof error?.code === 'number' ? error.code : 0);
        channel.end();
      });
      if (child.stdin) channel.pipe(child.stdin);
    });
    pools = [];
  });
  afterEach(async () => {
    for (const pool of pools) pool.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const claims = () => {
    const ssh = createSshPool({ hosts: [server.target('pg1')], clock: systemClock });
    pools.push(ssh);
    return createClaims(ssh);
  };

  it('is taken by one of many workers that ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => claims().claim('pg1', 'r4k2m9xq.switchover.t3')));
    expect(answers.filter((answer) => answer === 'ours')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(11);
  });

  it('keeps the result for whoever comes later', async () => {
    const mine = claims();
    expect(await mine.claim('pg1', 'a')).toBe('ours');
    expect(await mine.readResult('pg1', 'a')).toBeUndefined();
    await mine.writeResult('pg1', 'a', '{"done":true}');
    const later = claims();
    expect(await later.claim('pg1', 'a')).toBe('taken');
    expect(await later.readResult('pg1', 'a')).toBe('{"done":true}');
  });

  it('is an error, and neither ours nor taken, when the folder cannot be written', async () => {
    rmSync(folder, { recursive: true });
    await expect(claims().claim('pg1', 'a')).rejects.toThrow(/^no claim could be made on pg1: .*No such file/);
  });

  it('refuses an id that would leave the folder', async () => {
    await expect(claims().claim('pg1', '../../etc/x')).rejects.toThrow('cannot name a claim');
    expect(server.lines).toEqual([]);
  });
});
