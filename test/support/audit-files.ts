import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditFile, createAuditFile } from '../../src/audit/audit-file.ts';
import { createFileKeeper } from '../../src/audit/file-keeper.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { type Audit, createAudit } from '../../src/store/audit.ts';
import type { Client } from '../../src/store/client.ts';
import { type AuditFollower, createAuditFollower } from '../../src/store/audit-follower.ts';
import { keysOf } from '../../src/store/keys.ts';
import { quietLog } from './quiet-log.ts';

let count = 0;

/** One audit log on a Redis, with files of any number of processes. */
export function auditLogOn(server: { client(): Client }) {
  count += 1;
  const keys = keysOf(`files-${count}`);
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-audit-'));
  const path = join(folder, 'audit.jsonl');
  const started: AuditFile[] = [];
  const audit: Audit = createAudit(server.client(), keys);
  return {
    ...{ keys, folder, path, audit },
    follower: (host = 'host'): AuditFollower => createAuditFollower(server.client(), keys, `${host}:${path}`),
    /** The file as one process keeps it; started. */
    process(
      options: {
        readonly path?: string;
        readonly reserveBytes?: number;
        readonly patienceMs?: number;
        readonly clock?: Clock;
      } = {},
    ) {
      const { path: own = path, reserveBytes = 0, patienceMs = 3000, clock = systemClock } = options;
      const follower = createAuditFollower(server.client(), keys, `host:${own}`);
      const common = { path: own, follower, clock, log: quietLog };
      const file = createAuditFile({ ...common, keeper: createFileKeeper({ ...common, reserveBytes }), patienceMs });
      file.start();
      started.push(file);
      return file;
    },
    /** The numbers in the file, in order. */
    seqs: (file = path) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => Number(/"seq":(\d+)\}$/.exec(line)?.[1])),
    async end() {
      await Promise.all(started.map((file) => file.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, at) => at + 1);
