import type { UnitStart } from './unit-remote.ts';

/** A part of what long work said. */
export interface UnitLog {
  readonly lines: readonly string[];
  /** Where to go on; the given one when there was nothing new. */
  readonly cursor: string | undefined;
  /** True when there is more already. */
  readonly more: boolean;
}

/** How a host keeps long work: units of systemd, or sessions where there is none. */
export interface UnitKeeper {
  /** @throws TrunklineError when the work certainly did not start. 'refused': its name is in use. */
  launch(host: string, start: UnitStart, signal?: AbortSignal): Promise<'launched' | 'refused'>;
  /** Tidies up after a start that came too late. */
  lost(host: string, claim: string, signal?: AbortSignal): Promise<void>;
  isRunning(host: string, claim: string, signal?: AbortSignal): Promise<boolean>;
  log(host: string, claim: string, since: string | undefined, signal?: AbortSignal): Promise<UnitLog>;
  /** Its last lines, at most 40. */
  tail(host: string, claim: string, signal?: AbortSignal): Promise<readonly string[]>;
  end(host: string, claim: string, signal?: AbortSignal): Promise<void>;
}
