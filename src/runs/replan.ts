import { asError, TrunklineError } from '../core/errors.ts';
import { canonicalJson, type Json, type JsonObject } from '../core/json.ts';
import { planHash } from '../core/plan-hash.ts';
import type { Run } from '../core/run.ts';
import type { Proposal } from '../core/runbook.ts';
import type { View } from '../core/view.ts';
import type { FindRunbook } from './needs.ts';
import { openBlocks, withOverrides } from './overrides.ts';
import { proposeWithFloor } from './propose-with-floor.ts';
import type { Ended } from './step-work.ts';

/**
 * Looks and plans once more with the settled input, just before the first step. Resolves with `undefined` when the plan is the one
 * that was approved, otherwise with what differs.
 */
export async function replan(run: Run, find: FindRunbook, view: View): Promise<Ended | undefined> {
  if (planHash(run) !== run.planHash) return { state: 'failed', why: 'the stored plan is not the one that was hashed' };
  const found = find(run.runbook);
  if (!found || found.digest !== run.digest)
    return { state: 'stale', why: `this release has another '${run.runbook}' than the one that was approved` };
  try {
    const { runbook, overrides, takesOver } = run;
    const now = withOverrides(await proposeWithFloor(found.runbook, run.input, view), overrides);
    if (planHash({ ...now, runbook, digest: found.digest, overrides, takesOver }) === run.planHash) return undefined;
    return { state: 'stale', why: 'the cluster is not what was approved', drift: driftOf(run, now) };
  } catch (error) {
    const why = asError(error).message;
    if (error instanceof TrunklineError && error.kind === 'refusal')
      return { state: 'stale', why: `it would be refused now: ${why}`, drift: [{ approved: run.plan.summary, now: why }] };
    return { state: 'failed', why: `the cluster could not be read before the start: ${why}` };
  }
}

/** What differs between the approved plan and the one of now, in words. */
export function driftOf(approved: Run, now: Proposal): NonNullable<Ended['drift']> {
  const facts = keysOf(approved.material, now.material).map((key) => pair(key, approved.material[key], now.material[key]));
  const checks = openBlocks(now.plan.checks, approved.overrides).map(({ id, says }) => ({
    approved: approved.plan.checks.find((check) => check.id === id)?.says ?? 'not checked',
    now: says,
  }));
  const drift = [...facts.filter((one) => one !== undefined), ...checks];
  if (approved.plan.risk !== now.plan.risk)
    drift.push({ approved: `risk: ${approved.plan.risk}`, now: `risk: ${now.plan.risk}` });
  if (drift.length > 0) return drift;
  return [{ approved: approved.plan.summary, now: now.plan.summary }];
}

function keysOf(one: JsonObject, other: JsonObject): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
}

function pair(key: string, approved: Json | undefined, now: Json | undefined) {
  if (canonicalJson(approved ?? null) === canonicalJson(now ?? null)) return undefined;
  return { approved: `${key}: ${words(approved)}`, now: `${key}: ${words(now)}` };
}

function words(value: Json | undefined): string {
  if (value === undefined || value === null) return 'none';
  if (Array.isArray(value)) return value.map(words).join(', ');
  return typeof value === 'object' ? canonicalJson(value) : String(value);
}
