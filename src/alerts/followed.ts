import type { Clock } from '../core/clock.ts';
import type { Incident } from '../core/incident.ts';
import type { Signal } from '../core/signal.ts';
import type { AlertFacts } from './ports.ts';

/** What following may do to the incident at hand. */
export interface FollowHands {
  readonly facts: AlertFacts;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  refresh(): void;
  phase(text: string): void;
  resolve(outcome: string): void;
  save(): Promise<boolean>;
}
export interface Followed {
  incident: Incident;
  /** The signals that were applied to it here, oldest first. */
  readonly seen?: readonly Signal[];
}

/** There is something to find out about its leader: until all members stream from the new one. */
export function goesOn({ resolvedAtMs, membersBackAtMs }: Incident): boolean {
  return resolvedAtMs === undefined && membersBackAtMs === undefined;
}
