import type { Clock } from '../core/clock.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import type { Permission, Subject } from '../core/person.ts';
import { RISKS, type Risk } from '../core/plan.ts';
import type { Holder, RightsOn, Rights, RiskRule } from '../core/rights.ts';
import { grantsFor } from './approvers.ts';
import type { Rules } from './authorise.ts';
import type { Gate, Standing } from './gate.ts';
import { policyWords } from './policy-words.ts';

/** A user group as Slack knows it now. */
export interface UserGroup {
  readonly id: string;
  readonly handle: string;
  /** User ids. */
  readonly users: readonly string[];
}

export interface RightsNeeds {
  readonly gate: Pick<Gate, 'policy' | 'closed'>;
  readonly rules: Pick<Rules, 'grants' | 'clusters'>;
  readonly runbooks: readonly { readonly name: string; readonly risk: Risk }[];
  /** The user groups of the configuration. @throws when Slack can't be asked. */
  readonly groups: () => Promise<readonly UserGroup[]>;
  /** Who holds a lock on a cluster now, as clauses; none when that can't be told. */
  readonly locked: (cluster: string) => Promise<readonly string[]>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What one asker may do, by their standing now. */
export function createRights(needs: RightsNeeds, standing: Pick<Standing, 'whyNot'>): Rights {
  const { rules, clock } = needs;
  return {
    async on(cluster, name) {
      const runbook = runbookOf(needs, name);
      const subject = { cluster, runbook: runbook.name };
      const [groups, locked] = await Promise.all([needs.groups(), needs.locked(cluster)]);
      const [ask, approve] = [standing.whyNot('ask', subject), standing.whyNot('approve', subject)];
      return {
        ...subject,
        environment: rules.clusters.find((one) => one.name === cluster)?.environment ?? '',
        ...(ask ? { cannotAsk: ask.says } : {}),
        ...(approve ? { cannotApprove: approve.says } : {}),
        ...(ask ? { hint: ask.hint } : {}),
        mayAsk: holdersOf(needs, groups, 'ask', subject),
        mayApprove: holdersOf(needs, groups, 'approve', subject),
        ...timesAndRules(needs, groups, { subject, floor: runbook.risk, locked, atMs: clock.now() }),
      };
    },
  };
}

function runbookOf({ runbooks }: RightsNeeds, name: string): { readonly name: string; readonly risk: Risk } {
  const found = runbooks.find((one) => one.name === name);
  if (found) return found;
  const names = runbooks.map((one) => one.name);
  const near = didYouMean(name, names);
  throw refusal(`there is no runbook ${name.slice(0, 40)}`, near ? `Did you mean ${near}?` : `Runbooks: ${names.join(', ')}.`);
}

function holdersOf({ rules }: RightsNeeds, groups: readonly UserGroup[], need: Permission, subject: Subject): readonly Holder[] {
  return grantsFor(rules, need, subject).map((grant) => ({
    role: grant.role,
    users: grant.users,
    groups: grant.groups.map((id) => groups.find((one) => one.id === id) ?? { id, handle: id, users: [] }),
  }));
}

interface Asked {
  readonly subject: Subject;
  readonly floor: Risk;
  readonly locked: readonly string[];
  readonly atMs: number;
}

function timesAndRules({ gate }: RightsNeeds, groups: readonly UserGroup[], asked: Asked): Pick<RightsOn, 'rules' | 'inTheWay'> {
  const { subject, floor, locked, atMs } = asked;
  const risks = RISKS.slice(RISKS.indexOf(floor));
  const handle = (id: string) => groups.find((one) => one.id === id)?.handle ?? id;
  const rules = risks.map((risk): RiskRule => {
    const policy = gate.policy(risk, subject);
    return policy.allowed
      ? { risk, allowed: true, says: policyWords(policy, handle) }
      : { risk, allowed: false, says: policy.says };
  });
  const closed = risks.flatMap((risk, i) => {
    const why = rules[i]?.allowed ? gate.closed(risk, subject, atMs)?.says : undefined;
    return why === undefined ? [] : [why];
  });
  return { rules, inTheWay: [...new Set([...closed, ...locked])] };
}
