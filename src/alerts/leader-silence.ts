import type { Signal } from '../core/signal.ts';

/** What one question to the leader came to. A slow answer is an answer. */
export type LeaderProbe =
  | { readonly kind: 'answered' }
  /** Refused, unreachable or no answer within the probe's time; `why` is a clause. */
  | { readonly kind: 'silent'; readonly why: string };

/** What the probes of one leadership have come to so far. */
export interface LeaderSilence {
  readonly leader: string;
  /** The revision of its leader key: one leadership has one. */
  readonly leaderRevision: number;
  /** The newest question that was answered was asked then (epoch milliseconds); what was asked earlier proves nothing any more. */
  answeredAtMs: number;
  /** When the questions on their way were asked. */
  readonly pending: Set<number>;
  /** Of the oldest question since then that came to nothing. */
  sinceMs?: number;
  failures: number;
  /** Why the last question came to nothing. */
  why: string;
  /** What SQL said, asked during the silence. */
  sql?: LeaderProbe;
  askingSql: boolean;
  /** Whether another bot told its silence was asked. */
  askedTold?: boolean;
  /** What the leader's lease had left, and when that was read. */
  lease?: { readonly leftMs: number; readonly atMs: number };
  told?: Signal;
  /** Since when it had been silent when it was told. */
  toldSinceMs?: number;
}

export function newSilence(leader: string, leaderRevision: number): LeaderSilence {
  return { leader, leaderRevision, answeredAtMs: 0, pending: new Set(), failures: 0, why: '', askingSql: false };
}

/** Notes one question's outcome. False: it says nothing new. */
export function note(silence: LeaderSilence, askedAtMs: number, probe: LeaderProbe): boolean {
  if (askedAtMs < silence.answeredAtMs) return false;
  if (probe.kind === 'answered') {
    silence.answeredAtMs = askedAtMs;
    silence.failures = 0;
    delete silence.sinceMs;
    delete silence.sql;
    delete silence.lease;
    return true;
  }
  silence.failures += 1;
  silence.why = probe.why;
  silence.sinceMs = Math.min(silence.sinceMs ?? askedAtMs, askedAtMs);
  return true;
}

/** One question failed, or waits longer than is usual: time to ask by other ways as well. */
export function isSuspect(silence: LeaderSilence, nowMs: number, usualMs: number): boolean {
  if (silence.failures > 0) return true;
  return [...silence.pending].some((askedAtMs) => askedAtMs >= silence.answeredAtMs && nowMs - askedAtMs >= usualMs);
}
