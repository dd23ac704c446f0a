import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { AnsweredWrite } from '../core/answered-write.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Measured, Run } from '../core/run.ts';
import type { Reading } from '../core/reading.ts';
import { createWriteProbe, type ProbeResult, type WriteProbe } from '../postgres/write-probe.ts';

/** Measures write outages around runs, for the clusters that have a probe configured; one probe a run. */
export interface ProbeObserver {
  begin(run: Run, from: 'start' | 'middle'): Promise<void>;
  end(run: Run): Promise<Measured | undefined>;
  /** What the probe of a cluster's run was confirmed last. */
  lastWrite(cluster: string): Reading<AnsweredWrite>;
  stopAll(): Promise<void>;
}

interface Probing {
  readonly cluster: string;
  readonly probe: WriteProbe;
  /** Begun in the middle of a run it proves writes, and measures no outage. */
  readonly from: 'start' | 'middle';
}

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
}

/** @throws from `end` a sentence when the probe saw no end of the outage or stopped by itself. */
export function createProbeObserver({ config, secrets, clock, log }: Needs): ProbeObserver {
  const probes = new Map<string, Probing>();
  const loginOf = ({ cluster, plan }: Run) =>
    plan.risk === 'reads' ? undefined : config.clusters.find(({ name }) => name === cluster)?.probe;
  return {
    async begin(run, from) {
      const login = loginOf(run);
      if (!login || probes.has(run.id)) return;
      const { host, port, database, user, password, tls } = login;
      const systemId = run.material.systemId;
      const probe = createWriteProbe({
        login: { host, port, database, user, password: secrets.reveal(password), tls },
        ...{ clock, log },
        ...(typeof systemId === 'string' ? { systemId } : {}),
      });
      probes.set(run.id, { cluster: run.cluster, probe, from });
      const begun = probe.start(run.id);
      // Clients may be held back right now: one that goes on waits for nothing.
      if (from === 'start') await begun;
      else begun.catch((error: unknown) => log.warn('nothing is written by the probe', { why: asError(error).message }));
    },
    async end(run) {
      const probing = probes.get(run.id);
      probes.delete(run.id);
      const result = await probing?.probe.stop();
      if (probing?.from !== 'start' && loginOf(run))
        throw new Error('the run went on in another worker, and no probe saw all of it');
      return result && measuredOf(result);
    },
    lastWrite: (cluster) => lastOf(clock, [...probes.values()].find((one) => one.cluster === cluster)?.probe),
    async stopAll() {
      await Promise.all([...probes.values()].map(({ probe }) => probe.stop()));
      probes.clear();
    },
  };
}

function lastOf(clock: Clock, probe: WriteProbe | undefined): Reading<AnsweredWrite> {
  const atMs = clock.now();
  if (!probe) return { ok: false, why: 'no write probe runs in this process', source: 'the write probe', atMs };
  const { last, lastAtMs, stopped, lastFailure, measuredAt } = probe.sight();
  const source = `the write probe through ${measuredAt}`;
  if (stopped !== undefined) return { ok: false, why: `it stopped by itself: ${stopped}`, source, atMs };
  if (!last || lastAtMs === undefined)
    return { ok: false, why: `no write was confirmed yet${lastFailure ? `: ${lastFailure}` : ''}`, source, atMs };
  const { systemId, timeline, postmasterStartedAtMs } = last;
  return { ok: true, value: { atMs: lastAtMs, systemId, timeline, postmasterStartedAtMs, through: measuredAt }, source, atMs };
}

/** @throws Error with a sentence: why it is not known. */
function measuredOf({
  stopped,
  writes,
  lastFailure,
  stillOutSinceMs,
  outage,
  gapResolutionMs,
  measuredAt,
}: ProbeResult): Measured {
  if (stopped) throw new Error(`the probe stopped by itself: ${stopped}`);
  if (writes === 0) throw new Error(`no write was possible through ${measuredAt}: ${lastFailure ?? 'no answer'}`);
  if (stillOutSinceMs !== undefined) throw new Error(`writes through ${measuredAt} were still failing at the end`);
  return { resolutionMs: gapResolutionMs, measuredAt, ...(outage ? { outage } : {}) };
}
