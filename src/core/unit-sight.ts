/** Long work on a host as it shows itself. `vanished`: it was started, and neither runs nor has a result, as after a power cut. */
export interface UnitSight {
  readonly state: 'absent' | 'running' | 'vanished' | 'ended';
  readonly exitCode?: number;
  /** The last lines that it said, redacted. */
  readonly lines: readonly string[];
}
