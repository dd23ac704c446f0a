import type { LossMeasures, ProbeSaw } from '../alerts/loss-ports.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { createWriteProbe, type WriteProbe } from '../postgres/write-probe.ts';

/** One write probe for each incident that this process follows; it stands before nobody and writes only while the incident lasts. */
export type IncidentProbes = Pick<LossMeasures, 'beginProbe' | 'probe' | 'endProbe'>;

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  /** This process has no worker, so it holds no login that writes. */
  readonly readsOnly: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export function createIncidentProbes({ config, secrets, readsOnly, clock, log }: Needs): IncidentProbes {
  const probes = new Map<string, WriteProbe>();
  const loginOf = (cluster: string) => config.clusters.find(({ name }) => name === cluster)?.probe;
  return {
    beginProbe(cluster, incident) {
      const login = loginOf(cluster);
      if (!login || readsOnly || probes.has(incident)) return;
      const { host, port, database, user, password, tls } = login;
      const probe = createWriteProbe({
        login: { host, port, database, user, password: secrets.reveal(password), tls },
        ...{ clock, log },
      });
      probes.set(incident, probe);
      probe
        .start(incident)
        .catch((error: unknown) => log.warn('nothing is written by the probe', { why: asError(error).message }));
    },
    probe(cluster, incident) {
      if (!loginOf(cluster)) return { kind: 'none', why: `${cluster} has no write probe in the configuration (\`probe\`)` };
      if (readsOnly) return { kind: 'none', why: 'this bot runs without a worker, so it holds no login that writes' };
      const probe = probes.get(incident);
      return probe ? sawOf(probe) : { kind: 'none', why: 'its write probe has ended' };
    },
    async endProbe(incident) {
      const probe = probes.get(incident);
      probes.delete(incident);
      await probe?.stop();
    },
  };
}

function sawOf(probe: WriteProbe): ProbeSaw {
  const {
    measuredAt: through,
    gapResolutionMs: resolutionMs,
    gap,
    firstAtMs,
    firstFailedAtMs,
    stopped,
    lastFailure,
  } = probe.sight();
  return {
    ...{ kind: 'writes', through, resolutionMs },
    ...(firstFailedAtMs === undefined ? {} : { firstFailedAtMs }),
    ...(firstAtMs === undefined ? {} : { firstGoodAtMs: firstAtMs }),
    ...(gap ? { gap } : {}),
    ...(stopped === undefined ? {} : { stopped }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  };
}
