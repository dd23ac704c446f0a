import type { Check } from '../core/check.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import { NeedsReason } from '../core/needs-reason.ts';
import type { Run } from '../core/run.ts';
import type { Proposal } from '../core/runbook.ts';
import type { StartOptions } from '../core/start-flags.ts';

export type Overrides = NonNullable<Run['overrides']>;

/**
 * The blocks that a person overrides, each with the reason.
 * @throws Refusal for an id that is unknown or does not block, for a hard block; NeedsReason without any reason.
 */
export function overridesOf(checks: readonly Check[], wanted: StartOptions['override'], reason: string | undefined): Overrides {
  if (!wanted) return [];
  const overrides = wanted.checks.map((id) => mayOverride(id, checks).id);
  const why = wanted.reason ?? reason;
  if (why === undefined) throw new NeedsReason(`to override ${overrides.join(', ')} needs a reason`);
  return overrides.map((check) => ({ check, reason: why }));
}

/** The blocks that nobody has overridden. */
export function openBlocks(checks: readonly Check[], overrides: Overrides = []): readonly Check[] {
  return checks.filter(
    ({ id, verdict, hard }) => verdict === 'block' && (hard === true || !overrides.some(({ check }) => check === id)),
  );
}

/** The plan without the guards that would only repeat an overridden block. */
export function withOverrides(proposal: Proposal, overrides: Overrides = []): Proposal {
  if (overrides.length === 0) return proposal;
  const counts = (id: string | undefined) => id === undefined || !overrides.some(({ check }) => check === id);
  const steps = proposal.plan.steps.map(({ still, ...step }) =>
    still ? { ...step, still: still.filter((guard) => counts(guard.unless)) } : step,
  );
  return { ...proposal, plan: { ...proposal.plan, steps } };
}

function mayOverride(id: string, checks: readonly Check[]): Check {
  const check = checks.find((one) => one.id === id);
  const blocks = checks.filter(({ verdict, hard }) => verdict === 'block' && hard !== true).map((one) => one.id);
  const shown = id.slice(0, 60);
  const possible =
    blocks.length > 0 ? `What can be overridden now: ${blocks.join(', ')}.` : 'Nothing that can be overridden blocks it now.';
  if (!check) {
    const near = didYouMean(
      id,
      checks.map((one) => one.id),
    );
    throw refusal(`there is no check '${shown}' here`, near ? `Did you mean ${near}? ${possible}` : possible);
  }
  if (check.verdict !== 'block') throw refusal(`the check ${id} does not block, so there is nothing to override`, possible);
  if (check.hard === true)
    throw refusal(
      `the check ${id} can not be overridden: ${check.says}`,
      check.hint ?? 'Put right what it says, then ask again.',
    );
  return check;
}
