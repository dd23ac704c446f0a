import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyFiles } from '../../src/audit/verify-log.ts';
import { auditLogOn, upTo } from '../support/audit-files.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { factsOf } from '../support/store-of.ts';
import { until } from '../support/until.ts';

let server: RedisServer;
let log: ReturnType<typeof auditLogOn>;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
beforeEach(() => {
  log = auditLogOn(server);
});
afterEach(() => log.end());
afterAll(() => server.stop());

async function append(count: number, why = 'a line'): Promise<void> {
  for (let i = 0; i < count; i += 1) await log.audit.append(factsOf({ atMs: i, why }));
}
/** What a change is told that wants to start now. */
const refusedBy = (file: { mustBeWritable(): Promise<void> }) =>
  file.mustBeWritable().then(
    () => '',
    (error: Error) => error.message,
  );

describe('a file that can not be written', () => {
  it('lets no change start while its disk is full, and goes on by itself when there is room', async () => {
    const disk = join(log.folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    try {
      const path = join(disk, 'audit.jsonl');
      const file = log.process({ path });
      await append(1);
      await file.mustBeWritable();
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(48 * 1024));
      await append(40, 'x'.repeat(1000));
      expect(await refusedBy(file)).toMatch(/the audit file .* can not be written: ENOSPC/);
      expect(file.says()).toMatchObject({ ok: false, says: expect.stringContaining('ENOSPC') });
      expect((await verifyFiles([path], { keys: new Map(), pins: [] })).notes, 'no half line stays').toEqual([]);
      rmSync(join(disk, 'ballast'));
      await until(async () => (await refusedBy(file)) === '', 10_000);
      expect(log.seqs(path)).toEqual(upTo(41));
      await file.stop();
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });

  it('is noticed before a change when less than the reserve is free', async () => {
    const file = log.process({ reserveBytes: Number.MAX_SAFE_INTEGER });
    await append(1);
    expect(await refusedBy(file)).toMatch(/only \d+ bytes are free there/);
  });

  it('is noticed when its folder is not there, also by a process that does not write', async () => {
    const path = join(log.folder, 'missing', 'audit.jsonl');
    const file = log.process({ path });
    await append(1);
    await until(() => file.says().says.includes('ENOENT'));
    expect(await refusedBy(file)).toMatch(/can not be written: ENOENT/);
    mkdirSync(join(log.folder, 'missing'));
    await until(async () => (await refusedBy(file)) === '', 10_000);
  });

  it('is left to a process that can', async () => {
    const broken = log.process({ path: join(log.folder, 'missing', 'audit.jsonl') });
    await append(1);
    await until(() => broken.says().says.includes('ENOENT'));
    const good = log.process();
    await until(async () => (await refusedBy(good)) === '', 20_000);
    expect(log.seqs()).toEqual([1]);
  });
});

describe('a file that was changed', () => {
  const changed = async (change: () => Promise<void> | void) => {
    const first = log.process();
    await append(4);
    await first.mustBeWritable();
    await first.stop();
    await change();
    const file = log.process({ patienceMs: 1500 });
    await until(() => !file.says().ok && !file.says().says.includes('not written yet'));
    return { file, why: await refusedBy(file) };
  };
  const lines = () => readFileSync(log.path, 'utf8').split('\n').slice(0, -1);

  it('by a cut tail lets no change start', async () => {
    const { file, why } = await changed(() => writeFileSync(log.path, `${lines().slice(0, 2).join('\n')}\n`));
    expect(why).toMatch(/ends at entry 2, but held entry 4 before: its tail was cut off/);
    expect(file.says().ok).toBe(false);
  });

  it('by another last line lets no change start', async () => {
    expect(
      (
        await changed(() =>
          writeFileSync(
            log.path,
            lines()
              .join('\n')
              .replace(/line"(?!.*line")/s, 'lie"')
              .concat('\n'),
          ),
        )
      ).why,
    ).toMatch(/the last line of .* is not as Trunkline wrote it/);
  });

  it('by a line that is not in Redis lets no change start', async () => {
    const other = auditLogOn(server);
    for (let i = 0; i < 5; i += 1) await other.audit.append(factsOf({ why: 'of another log' }));
    await other.process().mustBeWritable();
    const { why } = await changed(() => writeFileSync(log.path, readFileSync(other.path)));
    expect(why).toMatch(/holds entry 5, which is not in Redis/);
    await other.end();
  });

  it('while Redis was cut holds the lost entries, and no change starts', async () => {
    const { why } = await changed(async () => {
      await server.client().xdel(log.keys.audit, '4-0');
    });
    expect(why).toMatch(/holds entry 4, which is not in Redis: Redis has lost or was cut|Redis/);
  });

  it('behind the back of a running writer is noticed at its next turn, by every process', async () => {
    const [file, other] = [log.process(), log.process()];
    await append(2);
    await file.mustBeWritable();
    appendFileSync(log.path, 'a line of somebody else\n');
    await until(() => !file.says().ok && !other.says().ok, 10_000);
    expect(await refusedBy(file)).toMatch(/was changed|is not as Trunkline wrote it/);
    expect(await refusedBy(other)).toMatch(/was changed|is not as Trunkline wrote it/);
  });
});
