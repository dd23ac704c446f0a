import { asError } from '../core/errors.ts';
import { redactor } from '../core/redact.ts';
import type { Hands } from './hands.ts';
import { whyLines } from './why-lines.ts';

/**
 * The lines of a member's own Patroni log that say why a switchover hangs or was refused, oldest first, redacted. Without
 * `sinceMs` the last 40 lines are searched. A host that cannot be asked gives one line that says so: the log only explains.
 */
export async function leaderLog(
  hands: Hands,
  ask: { readonly cluster: string; readonly member: string; readonly lines: number; readonly sinceMs?: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { cluster, member, lines, sinceMs } = ask;
  const search = {
    name: 'patroni log',
    lines: sinceMs === undefined ? 40 : 400,
    since: Math.floor((sinceMs ?? 0) / 1000),
  } as const;
  try {
    const { stdout } = await hands.hosts.run(cluster, member, search, signal);
    return whyLines(redactor([])(stdout), lines);
  } catch (error) {
    return [`(the log of ${member} could not be read: ${asError(error).message})`];
  }
}
