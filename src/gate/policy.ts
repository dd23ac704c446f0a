import type { Risk } from '../core/plan.ts';
import type { TimeWindow } from '../core/time-window.ts';
import { covers, type Extent, type Place } from './rights.ts';
import type { Freeze } from './when-allowed.ts';

/** What a risk needs and where, as the configuration says it. */
export interface PolicyRule extends Extent {
  readonly risk: readonly Risk[];
  /** Approvals by other people. */
  readonly approvals: number;
  /** The asker confirms with a second click, and nobody else is asked. */
  readonly confirm?: boolean | undefined;
  /** User groups whose members' votes count; of any approver when absent. */
  readonly from?: readonly string[] | undefined;
  /** A one-time code beside each click. */
  readonly totp?: boolean | undefined;
  readonly reasonRequired: boolean;
  /** Must be found in the reason (RE2 syntax). */
  readonly reasonPattern?: string | undefined;
  /** Said to whoever gives a reason that does not fit. */
  readonly reasonHint?: string | undefined;
  /** Allowed times; at any time when there are none. */
  readonly windows?: readonly TimeWindow[] | undefined;
  /** Milliseconds until a request lapses. */
  readonly expiresIn: number;
  /** Milliseconds that an approved request may wait for its start. */
  readonly startWithin: number;
}

/** A freeze of the configuration: the time in which nothing of these risks starts there. */
export interface FreezeRule extends Freeze, Extent {
  readonly risk: readonly Risk[];
}

/** What is asked: how much harm, where, by what. */
export interface Wish {
  readonly risk: Risk;
  readonly place: Place;
  readonly runbook?: string | undefined;
}

export type Policy =
  | {
      readonly allowed: true;
      readonly approvals: number;
      readonly confirm: boolean;
      readonly from?: readonly string[] | undefined;
      readonly totp: boolean;
      readonly reasonRequired: boolean;
      readonly reasonPattern?: string | undefined;
      readonly reasonHint?: string | undefined;
      readonly expiresInMs: number;
      readonly startWithinMs: number;
      readonly windows: readonly TimeWindow[];
      readonly freezes: readonly Freeze[];
      /** Its number in the configuration, from 1. */
      readonly rule: number;
    }
  | { readonly allowed: false; readonly says: string; readonly hint: string };

/** The first rule that fits risk, place and runbook; none fits: refused. Every freeze that fits applies. */
export function policyFor(rules: readonly PolicyRule[], freezes: readonly FreezeRule[], wish: Wish): Policy {
  const rule = rules.find((one) => fits(one, wish));
  const { risk, place } = wish;
  if (!rule)
    return {
      allowed: false,
      says: `no policy allows what ${risk.replaceAll('-', ' ')} in ${place.environment}`,
      hint: 'Add a rule for this risk and environment under `policies` in the configuration.',
    };
  const { approvals, confirm = false, from, totp = false, reasonRequired, reasonPattern, reasonHint, windows = [] } = rule;
  return {
    ...{ allowed: true, approvals, confirm, totp, reasonRequired, windows },
    ...(from ? { from } : {}),
    ...(reasonPattern === undefined ? {} : { reasonPattern }),
    ...(reasonHint === undefined ? {} : { reasonHint }),
    expiresInMs: rule.expiresIn,
    startWithinMs: rule.startWithin,
    freezes: freezes.filter((one) => fits(one, wish)),
    rule: rules.indexOf(rule) + 1,
  };
}

/** A rule for some runbooks does not fit what names none. */
function fits(rule: Extent & { readonly risk: readonly Risk[] }, { risk, place, runbook }: Wish): boolean {
  const runbookFits = rule.runbooks === undefined || (runbook !== undefined && rule.runbooks.includes(runbook));
  return rule.risk.includes(risk) && covers(rule, place) && runbookFits;
}
