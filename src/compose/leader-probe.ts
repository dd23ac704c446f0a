import type { LeaderProbe } from '../alerts/leader-silence.ts';
import type { Reading } from '../core/reading.ts';

/** An answer of any kind is one, also an error or a refusal of a server that lives; only silence and a closed port count. */
export function probeOf(reading: Reading<unknown> | undefined): LeaderProbe {
  if (!reading || reading.ok || reading.reached === 'server') return { kind: 'answered' };
  return { kind: 'silent', why: reading.why };
}
