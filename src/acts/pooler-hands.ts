/** What acts do to PgBouncers; `pooler` is a name of the configuration, `unit` the name of the timer without `.timer`. */
export interface PoolerHands {
  /** Arms the timer on its host that resumes it in 25 s, anew. @throws TrunklineError when that would not work. */
  arm(cluster: string, pooler: string, unit: string, signal: AbortSignal): Promise<void>;
  /** PAUSE, only while its timer is armed; false when not everything was paused within 2 s. @throws TrunklineError. */
  pause(cluster: string, pooler: string, unit: string, signal: AbortSignal): Promise<boolean>;
  /** RESUME; one that is not paused is no error. @throws TrunklineError when nobody reaches its console. */
  resume(cluster: string, pooler: string, signal: AbortSignal): Promise<void>;
  /** Takes the timer away. @throws Unreachable. */
  disarm(cluster: string, pooler: string, unit: string, signal: AbortSignal): Promise<void>;
}
