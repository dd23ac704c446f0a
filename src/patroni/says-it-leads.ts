import { setTimeout as delay } from 'node:timers/promises';
import type { PatroniHttp } from './patroni-http.ts';

const EVERY_MS = 100;
const ANSWER_MS = 1000;

/**
 * Whether a member says by `GET /primary` that it leads (200 only then, docs/rest_api.rst), asked again and again until it does or the
 * signal ends it. Patroni answers a switchover up to a second after that, as it looks once a second (patroni/api.py
 * poll_failover_result). What it says is no proof, but the moment to look at the cluster.
 */
export async function saysItLeads(http: PatroniHttp, url: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const answer = await http.send({ method: 'GET', url: `${url}/primary`, signal: within }).catch(() => undefined);
    if (answer?.status === 200) return true;
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
