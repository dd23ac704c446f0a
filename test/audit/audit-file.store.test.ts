import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFileKeeper } from '../../src/audit/file-keeper.ts';
import { compare, verifyFiles } from '../../src/audit/verify-log.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createAudit } from '../../src/store/audit.ts';
import { auditLogOn, upTo } from '../support/audit-files.ts';
import { quietLog } from '../support/quiet-log.ts';
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
const isWhole = async (...files: readonly string[]) => {
  const { faults } = await verifyFiles(files, { keys: new Map(), pins: [] });
  expect([...faults, ...(await compare(files, log.audit.batches, {}))]).toEqual([]);
};

describe('the file of the audit log', () => {
  it('holds what a change waits for, only its owner can read it, and it is whole', async () => {
    await append(3);
    const file = log.process();
    await file.mustBeWritable();
    expect(log.seqs()).toEqual([1, 2, 3]);
    await append(1);
    await file.mustBeWritable();
    expect(log.seqs()).toEqual([1, 2, 3, 4]);
    expect(statSync(log.path).mode & 0o777).toBe(0o600);
    // The words for health follow when the turn that wrote it has ended.
    await until(() => file.says().says === `${log.path} holds entry 4`);
    expect(file.says().ok).toBe(true);
    await isWhole(log.path);
  });

  it('goes on where it ended when a process is started again', async () => {
    const first = log.process();
    await append(3);
    await first.mustBeWritable();
    await first.stop();
    await append(3);
    await log.process().mustBeWritable();
    expect(log.seqs()).toEqual(upTo(6));
  });

  it('holds each entry once though four processes with one file write the log and wait for it', async () => {
    const files = upTo(4).map(() => log.process({ patienceMs: 20_000 }));
    const audits = files.map(() => createAudit(server.client(), log.keys));
    await Promise.all(
      files.map(async (file, at) => {
        for (let i = 0; i < 25; i += 1) {
          await audits[at]?.append(factsOf({ atMs: i, why: `process ${at}` }));
          await file.mustBeWritable();
        }
      }),
    );
    expect(log.seqs()).toEqual(upTo(100));
    await isWhole(log.path);
  });

  it('is written on by another process when the writer is gone', async () => {
    const [first, second] = [log.process(), log.process({ patienceMs: 20_000 })];
    await append(2);
    await first.mustBeWritable();
    await first.stop();
    await append(2);
    await second.mustBeWritable();
    expect(log.seqs()).toEqual(upTo(4));
  });

  it('catches up from the first entry on a host that has no file yet', async () => {
    const first = log.process();
    await append(1200);
    await first.mustBeWritable();
    await first.stop();
    const elsewhere = join(log.folder, 'other-host.jsonl');
    await append(1);
    await log.process({ path: elsewhere, patienceMs: 20_000 }).mustBeWritable();
    expect(log.seqs(elsewhere)).toEqual(upTo(1201));
  });
});

describe('a writer that was frozen', () => {
  it('writes nothing twice when it wakes after its successor has written', async () => {
    await append(3);
    let thaw: () => void = () => undefined;
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    const follower = log.follower();
    const asleep = createFileKeeper({
      ...{ path: log.path, clock: systemClock, log: quietLog, reserveBytes: 0 },
      follower: {
        ...follower,
        async after(seq, waitMs) {
          const entries = await follower.after(seq, waitMs);
          await frozen;
          return entries;
        },
      },
    });
    const turn = asleep.turn(1);
    await until(() => existsSync(log.path));
    await server.client().del(log.keys.auditLease);
    const next = log.process();
    await append(2);
    await next.mustBeWritable();
    thaw();
    await turn;
    await append(1);
    await next.mustBeWritable();
    expect(log.seqs()).toEqual(upTo(6));
    await isWhole(log.path);
    await asleep.close();
    follower.interrupt();
  });
});

describe('a crash in the middle of a line', () => {
  it('leaves a torn line, which is set aside and written again', async () => {
    const first = log.process();
    await append(3);
    await first.mustBeWritable();
    await first.stop();
    const whole = readFileSync(log.path);
    truncateSync(log.path, whole.length - 40);
    await server.client().del(log.keys.auditFiled);
    await log.process().mustBeWritable();
    expect(readFileSync(log.path)).toEqual(whole);
    const torn = whole.subarray(whole.lastIndexOf('\n', whole.length - 2) + 1, whole.length - 40);
    expect(readFileSync(`${log.path}.torn`, 'utf8')).toBe(`${torn}\n`);
  });

  it('after any number of bytes leads to the same file', async () => {
    const follower = log.follower();
    const turn = async () => {
      const keeper = createFileKeeper({ path: log.path, follower, clock: systemClock, log: quietLog, reserveBytes: 0 });
      await keeper.turn(1);
      await keeper.close();
    };
    await append(2);
    await turn();
    const whole = readFileSync(log.path);
    for (let left = 0; left < whole.length; left += 17) {
      await server.client().del(log.keys.auditFiled);
      writeFileSync(log.path, whole.subarray(0, left));
      await turn();
      expect(readFileSync(log.path), `${left} bytes left`).toEqual(whole);
    }
    follower.interrupt();
  });
});

describe('a rotation by another tool', () => {
  it('by renaming goes on in the new file without a gap', async () => {
    const file = log.process();
    await append(3);
    await file.mustBeWritable();
    renameSync(log.path, `${log.path}.1`);
    await append(3);
    await file.mustBeWritable();
    expect(log.seqs()).toEqual([4, 5, 6]);
    await isWhole(`${log.path}.1`, log.path);
  });

  it('by copying and truncating goes on without a gap', async () => {
    const file = log.process();
    await append(3);
    await file.mustBeWritable();
    writeFileSync(`${log.path}.1`, readFileSync(log.path));
    truncateSync(log.path, 0);
    await append(2);
    await file.mustBeWritable();
    expect(log.seqs()).toEqual([4, 5]);
    execFileSync('gzip', [`${log.path}.1`]);
    await isWhole(`${log.path}.1.gz`, log.path);
  });

  it('while no process runs goes on without a gap', async () => {
    const first = log.process();
    await append(3);
    await first.mustBeWritable();
    await first.stop();
    renameSync(log.path, `${log.path}.1`);
    await append(1);
    await log.process().mustBeWritable();
    await isWhole(`${log.path}.1`, log.path);
  });
});
