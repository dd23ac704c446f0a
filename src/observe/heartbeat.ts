import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { formatDuration } from '../core/units.ts';
import type { Part } from './http-server.ts';

export interface HeartbeatOptions {
  readonly everyMs: number;
  /** Whether the whole way from etcd to Slack works now, part by part. */
  readonly check: () => Promise<readonly Part[]>;
  /** Sends one beat; a clause when it was not taken. */
  readonly beat: (signal: AbortSignal) => Promise<string | undefined>;
  readonly ended?: (result: 'sent' | 'withheld' | 'failed') => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tells a dead man's switch that alerts would arrive. */
export interface Heartbeat {
  part(): Part;
  stop(): void;
}

const BEAT_MS = 10_000;
const MOST_TRIES = 3;
const PAUSE_MS = 2000;

/** A beat says that an alert would be told now, so it is sent only after a check of the whole way. */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { clock, log, everyMs, ended } = options;
  const stopped = new AbortController();
  let part: Part = { name: 'heartbeat', ok: true, says: `the first beat comes ${formatDuration(everyMs)} after the start` };
  const turn = async () => {
    const { result, says } = await once(options, stopped.signal);
    if (stopped.signal.aborted) return;
    if (result !== 'sent') log.error("no beat for the dead man's switch", { why: says });
    part = { name: 'heartbeat', ok: result === 'sent', says };
    ended?.(result);
  };
  const run = async () => {
    for (let nextMs = clock.now() + everyMs; ; nextMs = Math.max(nextMs + everyMs, clock.now())) {
      await clock.sleep(Math.max(0, nextMs - clock.now()), stopped.signal).catch(() => undefined);
      if (stopped.signal.aborted) return;
      await turn().catch((error: unknown) => log.error('a beat failed', { error: asError(error).stack }));
    }
  };
  void run();
  return { part: () => part, stop: () => stopped.abort() };
}

interface Turn {
  readonly result: 'sent' | 'withheld' | 'failed';
  readonly says: string;
}

async function once({ check, beat, clock }: HeartbeatOptions, stop: AbortSignal): Promise<Turn> {
  const troubles = (await check()).filter(({ ok }) => !ok);
  if (troubles.length > 0) {
    const why = troubles.map(({ name, says }) => `${name}: ${says}`).join('; ');
    return { result: 'withheld', says: `no beat is sent, as an alert might not arrive: ${why}` };
  }
  let why: string | undefined = 'stopped';
  for (let tries = 1; tries <= MOST_TRIES && !stop.aborted; tries += 1) {
    why = await sent(beat, clock, stop);
    if (why === undefined) return { result: 'sent', says: `the last beat was taken at ${new Date(clock.now()).toISOString()}` };
    if (tries < MOST_TRIES) await clock.sleep(PAUSE_MS, stop).catch(() => undefined);
  }
  return { result: 'failed', says: `the last beat was not taken: ${why}` };
}

async function sent(beat: HeartbeatOptions['beat'], clock: Clock, stop: AbortSignal): Promise<string | undefined> {
  const late = new AbortController();
  const done = new AbortController();
  clock.sleep(BEAT_MS, done.signal).then(
    () => late.abort(),
    () => undefined,
  );
  try {
    return await beat(AbortSignal.any([late.signal, stop]));
  } finally {
    done.abort();
  }
}
