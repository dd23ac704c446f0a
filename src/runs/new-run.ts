import { planHash } from '../core/plan-hash.ts';
import { RUN_VERSION, type Run } from '../core/run.ts';
import type { Proposal } from '../core/runbook.ts';
import type { Request } from './needs.ts';
import { newRunId } from './new-run-id.ts';
import type { Overrides } from './overrides.ts';
import type { Terms } from './terms.ts';

export interface Planned {
  readonly proposal: Proposal;
  readonly digest: string;
  readonly environment: string;
  readonly overrides: Overrides;
  readonly terms: Terms;
  readonly breakGlass: Run['breakGlass'];
  readonly takesOver: Run['takesOver'];
  /** Where its message will stand. */
  readonly channelId: string;
  readonly nowMs: number;
}

/** The record of a request, from what was asked and planned. */
export function newRun({ runbook, input: asked, asker, reason, start, againOf }: Request, planned: Planned): Run {
  const { proposal, digest, environment, terms, nowMs, breakGlass, takesOver, channelId } = planned;
  const { cluster, input, material, plan, locks } = proposal;
  const { userId, userName, teamId } = asker;
  const overrides = planned.overrides.length > 0 ? { overrides: [...planned.overrides] } : {};
  return {
    version: RUN_VERSION,
    id: newRunId(),
    revision: 1,
    ...{ runbook, digest, cluster, environment, input, asked, material, plan },
    planHash: planHash({ runbook, digest, input, material, plan, takesOver, ...overrides }),
    locks: [...locks],
    ...terms,
    ...overrides,
    requester: { userId, userName, teamId, ...(asker.via === 'cli' ? { via: asker.via } : {}) },
    ...(reason ? { reason } : {}),
    ...(start?.at ? { scheduledAtMs: start.at.atMs, scheduledAs: start.at.says } : {}),
    ...(breakGlass ? { breakGlass } : {}),
    ...(takesOver ? { takesOver } : {}),
    ...(againOf ? { againOf } : {}),
    votes: [],
    createdAtMs: nowMs,
    epoch: 0,
    channelId,
  };
}
