import { systemClock } from '../../src/core/clock.ts';
import { createAuditFile } from '../../src/audit/audit-file.ts';
import { createFileKeeper } from '../../src/audit/file-keeper.ts';
import { createAudit } from '../../src/store/audit.ts';
import { createAuditFollower } from '../../src/store/audit-follower.ts';
import { keysOf } from '../../src/store/keys.ts';
import { Redis } from 'ioredis';
import { quietLog } from './quiet-log.ts';

/** A process of its own that writes the audit log and its file until it is killed: `audit-writer.ts PORT PREFIX PATH`. */
const [port, prefix, path] = process.argv.slice(2);
if (port === undefined || prefix === undefined || path === undefined) throw new Error('PORT PREFIX PATH');
const redis = new Redis(Number(port), '127.0.0.1');
const audit = createAudit(redis, keysOf(prefix));
const follower = createAuditFollower(redis, keysOf(prefix), path);
const common = { path, follower, clock: systemClock, log: quietLog };
const file = createAuditFile({ ...common, keeper: createFileKeeper({ ...common, reserveBytes: 0 }), patienceMs: 20_000 });
file.start();
for (let i = 0; ; i += 1) {
  const why = 'x'.repeat(1 + ((i * 7919) % 1500));
  await audit.append({ atMs: i, who: 'U0ASKER', via: 'worker', what: 'step.started', result: 'x', why });
  await file.mustBeWritable();
  const { seq } = await follower.head();
  process.stdout.write(`${seq}\n`);
}
