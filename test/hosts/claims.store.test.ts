import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
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

  it('is free while nobody has it, and an error where that cannot be known', async () => {
    expect(await claims().read('pg1', 'a')).toEqual({ state: 'free' });
    writeFileSync(join(folder, 'b'), '');
    const strange = await claims().read('pg1', 'b');
    expect(strange.state).toBe('taken');
  });

  it('is deleted after 30 days and not before', async () => {
    const mine = claims();
    for (const id of ['old', 'young']) {
      await mine.claim('pg1', id);
      await mine.writeResult('pg1', id, 'x');
    }
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    utimesSync(join(folder, 'old'), days(32), days(32));
    utimesSync(join(folder, 'young'), days(29), days(29));
    await mine.clean('pg1');
    expect(readdirSync(folder)).toEqual(['young']);
  });

  it('is never seen with half a result: it is linked in', async () => {
    const mine = claims();
    await mine.claim('pg1', 'a');
    const text = 'x'.repeat(60_000);
    const seen = new Set<number>();
    let over = false;
    const watch = (async () => {
      while (!over) {
        const found = await claims().read('pg1', 'a');
        seen.add('result' in found ? found.result.length : 0);
      }
    })();
    for (let n = 0; n < 5; n += 1) await mine.writeResult('pg1', 'a', text);
    over = true;
    await watch;
    expect([...seen].filter((length) => length !== 0 && length !== text.length)).toEqual([]);
  });

  it('keeps the result for whoever comes later', async () => {
    const mine = claims();
    expect(await mine.claim('pg1', 'a')).toBe('ours');
    expect(await mine.read('pg1', 'a')).toEqual({ state: 'taken' });
    await mine.writeResult('pg1', 'a', '{"done":true}');
    const later = claims();
    expect(await later.claim('pg1', 'a')).toBe('taken');
    expect(await later.read('pg1', 'a')).toEqual({ state: 'taken', result: '{"done":true}' });
  });

  it('keeps the first word that was written into it, whoever comes with another one', async () => {
    await claims().claim('pg1', 'a');
    await claims().writeResult('pg1', 'a', 'given up');
    await claims().writeResult('pg1', 'a', 'promoting');
    expect(await claims().read('pg1', 'a')).toEqual({ state: 'taken', result: 'given up' });
    expect(readdirSync(join(folder, 'a'))).toEqual(['result']);
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
