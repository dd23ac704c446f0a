import { asError } from '../core/errors.ts';
import type { EtcdRead } from './client.ts';
import { createDelivered, type Delivered } from './delivered.ts';
import { watchOnce } from './watch-once.ts';
import { refusesLogin } from './etcd-clause.ts';
import type { StreamEnd, WatchOptions } from './watch-options.ts';

/**
 * Watches one prefix over one raw stream, whatever happens to single members: on an error, a lost leader or a stall it turns to the
 * next endpoint and resumes after the last revision that it delivered. Not etcd3's Watcher, which resumes from the store's head and
 * so loses events (microsoft/etcd3#72, #114).
 * Returns what stops it.
 */
export function watchPrefix(options: WatchOptions): () => Promise<void> {
  const stopped = new AbortController();
  const delivered = createDelivered();
  delivered.restart(options.from.next, options.from.read);
  const done = run(options, delivered, stopped.signal);
  return async () => {
    stopped.abort();
    await done;
  };
}

async function run(options: WatchOptions, delivered: Delivered, stop: AbortSignal): Promise<void> {
  const { endpoints } = options.etcd.access;
  let { clusterId } = options.from;
  const say = createSay(options);
  let turn = 0;
  let failures = 0;
  while (!stop.aborted) {
    const endpoint = endpoints[turn % endpoints.length] ?? '';
    const end = await watchOnce({ ...options, endpoint, clusterId, delivered, stop });
    if (stop.aborted) return;
    options.state?.({ endpoint, connected: false, why: end.says });
    say(endpoint, end.says, delivered.next());
    const read = end.resync ? await resynced(options, end.resync) : undefined;
    if (read) {
      clusterId = read.clusterId;
      delivered.restart(read.revision + 1, read);
    } else turn += 1;
    failures = end.connected || read ? 0 : failures + 1;
    await pause(options, failures, stop, refusesLogin(end.says));
  }
}

const AGAIN_MS = 60_000;
const MOST_SAID = 200;

/** What ended a stream is said once a minute for each endpoint and reason, not every two seconds of an outage. */
function createSay({ etcd, log, prefix }: WatchOptions): (endpoint: string, why: string, next: number) => void {
  const saidAtMs = new Map<string, number>();
  return (endpoint, why, next) => {
    const nowMs = etcd.access.clock.now();
    const isNews = nowMs - (saidAtMs.get(`${endpoint} ${why}`) ?? Number.NEGATIVE_INFINITY) >= AGAIN_MS;
    if (saidAtMs.size >= MOST_SAID) saidAtMs.clear();
    if (isNews) saidAtMs.set(`${endpoint} ${why}`, nowMs);
    const level = refusesLogin(why) ? 'error' : 'warn';
    log[isNews ? level : 'debug']('etcd watch ended', { endpoint, prefix, why, next });
  };
}

async function resynced(options: WatchOptions, cause: NonNullable<StreamEnd['resync']>): Promise<EtcdRead | undefined> {
  try {
    return await options.resync(cause);
  } catch (error) {
    options.log.warn('could not read the scopes again after the watch was cut', { error: asError(error).message });
    return undefined;
  }
}

/**
 * The first round of the endpoints is immediate; then 100 ms, doubling up to 2 s. A refused login is tried again only after 1 s,
 * doubling up to 30 s: each try costs etcd a bcrypt of the password.
 */
async function pause({ etcd }: WatchOptions, failures: number, stop: AbortSignal, isRefused: boolean): Promise<void> {
  const rounds = failures - etcd.access.endpoints.length;
  if (rounds < 0) return;
  const [first, most] = isRefused ? [1000, 30_000] : [100, 2000];
  const millis = Math.min(most, first * 2 ** Math.min(rounds, 6));
  await etcd.access.clock.sleep(millis, stop).catch(() => undefined);
}
