import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Measured, Run } from '../core/run.ts';
import { createWriteProbe, type ProbeResult, type WriteProbe } from '../postgres/write-probe.ts';

/** Measures write outages around runs, for the clusters that have a probe configured; one probe a run. */
export interface ProbeObserver {
  begin(run: Run): Promise<void>;
  end(run: Run): Promise<Measured | undefined>;
  stopAll(): Promise<void>;
}

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
}

/** @throws from `end` a sentence when the probe saw no end of the outage or stopped by itself. */
export function createProbeObserver({ config, secrets, clock, log }: Needs): ProbeObserver {
  const probes = new Map<string, WriteProbe>();
  const loginOf = ({ cluster, plan }: Run) =>
    plan.risk === 'reads' ? undefined : config.clusters.find(({ name }) => name === cluster)?.probe;
  return {
    async begin(run) {
      const login = loginOf(run);
      if (!login || probes.has(run.id)) return;
      const { host, port, database, user, password, tls } = login;
      const systemId = run.material.systemId;
      const probe = createWriteProbe({
        login: { host, port, database, user, password: secrets.reveal(password), tls },
        ...{ clock, log },
        ...(typeof systemId === 'string' ? { systemId } : {}),
      });
      probes.set(run.id, probe);
      await probe.start(run.id);
    },
    async end(run) {
      const probe = probes.get(run.id);
      probes.delete(run.id);
      if (!probe && loginOf(run)) throw new Error('the run went on in another worker, and no probe saw all of it');
      return probe && measuredOf(await probe.stop());
    },
    async stopAll() {
      await Promise.all([...probes.values()].map((probe) => probe.stop()));
      probes.clear();
    },
  };
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
