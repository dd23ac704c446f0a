import { refusal, unauthorised } from '../core/errors.ts';
import type { Run } from '../core/run.ts';
import { maintenanceWords } from './maintenance-words.ts';
import type { BreakGlass, MaintenanceStore, Request } from './needs.ts';

interface Needs {
  readonly maintenance: Pick<MaintenanceStore, 'of'>;
  readonly breakGlass: BreakGlass;
}

/** A year typed wrong must not wait for ever; nobody approves further ahead. */
const FURTHEST_MS = 90 * 86_400_000;

/**
 * What can be refused before anything is looked at: a change without approval by somebody who is not listed or who typed another
 * cluster, a time that has passed, a cluster that somebody else keeps. Resolves with the break-glass part of the run, if it is one.
 * @throws Refusal, Unauthorised.
 */
export async function mayAsk(needs: Needs, request: Request, cluster: string, nowMs: number): Promise<Run['breakGlass']> {
  const { start = {}, asker } = request;
  const startsAtMs = start.at?.atMs ?? nowMs;
  if (start.at) mustBeAhead(start.at.atMs, nowMs);
  if (start.breakGlass) await mayBreakGlass(needs.breakGlass, request, cluster);
  const lock = await needs.maintenance.of(cluster);
  const others = lock && lock.holder.userId !== asker.userId && lock.untilMs > startsAtMs ? maintenanceWords(lock) : undefined;
  if (start.breakGlass) return { reviewDueAtMs: nowMs + needs.breakGlass.reviewWithinMs, ...(others ? { passes: others } : {}) };
  if (others) throw refusal(others, `Ask the holder, who ends it with \`/pg unlock ${cluster}\`, or wait.`);
  return undefined;
}

function mustBeAhead(atMs: number, nowMs: number): void {
  if (atMs <= nowMs) throw refusal('that time has passed', 'Give a time ahead of now, or leave --at out to start once approved.');
  if (atMs - nowMs > FURTHEST_MS) throw refusal('that is more than 90 days ahead', 'Ask for it nearer to its time.');
}

async function mayBreakGlass(rule: BreakGlass, { start, asker, reason }: Request, cluster: string): Promise<void> {
  const lacks = await rule.lacks(asker.userId, cluster, asker.via);
  if (lacks) throw unauthorised(lacks, 'Ask for it the usual way, and somebody else approves it.');
  if (start?.at) throw refusal('break-glass starts at once, so it takes no --at', 'Ask for it the usual way to schedule it.');
  if (start?.breakGlass?.confirm !== cluster)
    throw refusal(
      `--confirm does not name ${cluster}, so nothing is started`,
      `Type the cluster's name again: --confirm ${cluster}`,
    );
  if (!reason) throw refusal('break-glass needs a reason', 'Add --reason "why, and the ticket" before the command.');
}
