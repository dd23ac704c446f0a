import type { ClaimSight } from '../core/claim-sight.ts';
import type { Clock } from '../core/clock.ts';
import type { DataDirectory, KeptFolder } from '../core/data-directory.ts';
import { asError } from '../core/errors.ts';
import type { Reading } from '../core/reading.ts';
import { takeReading } from '../core/take-reading.ts';
import type { UnitSight } from '../core/unit-sight.ts';
import { createClaims } from './claims.ts';
import { listKept } from './data-commands.ts';
import type { HostLayout } from './host-layout.ts';
import { parseKept } from './parse-kept.ts';
import { readDataDirectory } from './read-data-directory.ts';
import type { SshPool } from './ssh-pool.ts';
import type { Units } from './units.ts';

/** What rebuilding a member reads of hosts over ssh. Nothing is cached; nothing rejects. */
export interface RebuildHostReads {
  dataDirectory(host: string): Promise<Reading<DataDirectory>>;
  kept(host: string): Promise<Reading<readonly KeptFolder[]>>;
  unit(host: string, claim: string): Promise<Reading<UnitSight>>;
  claim(host: string, id: string): Promise<Reading<ClaimSight>>;
}

const LISTING_MS = 28_000;
const SIZES_MS = 58_000;

/** `layoutOf` throws for a host that has no PostgreSQL. `redact` is applied to what units said. */
export function createRebuildHostReads(options: {
  readonly ssh: SshPool;
  readonly layoutOf: (host: string) => HostLayout;
  readonly units: Pick<Units, 'status' | 'tail'>;
  readonly redact: (text: string) => string;
  readonly clock: Clock;
}): RebuildHostReads {
  const { ssh, layoutOf, units, redact, clock } = options;
  const reading = <T>(source: string, take: () => Promise<T>): Promise<Reading<T>> =>
    takeReading({ source, clock, take, told: (error) => asError(error).message });
  return {
    dataDirectory: (host) =>
      reading(`the data directory of ${host}`, () =>
        readDataDirectory({ ssh, host, layout: layoutOf(host), timeoutMs: LISTING_MS }),
      ),
    kept: (host) =>
      reading(`what is kept on ${host}`, async () => {
        const layout = layoutOf(host);
        const { stdout } = await ssh.mustRun(host, listKept(layout), { timeoutMs: SIZES_MS, mayRepeat: true });
        return [...parseKept(stdout, layout.dataDirectory)].sort((a, b) => a.sinceMs - b.sinceMs);
      }),
    claim: (host, id) =>
      reading(`the claims on ${host}`, async () => {
        const found = await createClaims(ssh).read(host, id);
        if (found.state === 'free') return { taken: false };
        return 'result' in found ? { taken: true, result: found.result } : { taken: true };
      }),
    unit: (host, claim) =>
      reading(`work ${claim} on ${host}`, async () => {
        const status = await units.status(host, claim);
        const lines = status.state === 'absent' ? [] : await units.tail(host, claim);
        return { ...status, lines: lines.map(redact) };
      }),
  };
}
