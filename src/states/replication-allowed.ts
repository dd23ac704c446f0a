import { z } from 'zod';
import { decidingRule } from '../core/access-rule.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { AccessRule } from '../core/standby.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  /** Whose rules they are. */
  member: MemberName,
  role: z.string(),
  /** Without prefix lengths. */
  addresses: z.array(z.string()).min(1),
});

const { state, build } = defineState({
  name: 'replication-allowed',
  args: Args,
  says: ({ member, role, addresses }) => `${member} lets ${role} replicate from ${addresses.join(', ')} by password`,
  async judge(args, view) {
    const rules = await view.standbys.rules(args.cluster, args.member);
    if (!rules.ok) return notYet(`the rules of ${args.member} can not be read: ${rules.why}`);
    return judgeAccess(args, rules.value);
  },
});

export const replicationAllowedState = state;

/** pg_hba_file_rules of a server has lines by which this role may replicate from each of these addresses with a password, and nothing before them. */
export const replicationAllowed = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part: the first address that is not let in decides. */
export function judgeAccess({ member, role, addresses }: z.output<typeof Args>, rules: readonly AccessRule[]): Verdict {
  const verdicts = addresses.map((address) => judgeAddress({ member, role, address }, rules));
  return verdicts.find(({ holds: does }) => !does) ?? verdicts.at(-1) ?? notYet('no address was named');
}

/** The first line that fits decides (auth-pg-hba-conf, client-auth.sgml). */
function judgeAddress(
  { member, role, address }: { readonly member: string; readonly role: string; readonly address: string },
  rules: readonly AccessRule[],
): Verdict {
  const broken = rules.find(({ error }) => error !== undefined);
  if (broken) return notYet(`line ${broken.line} of pg_hba.conf on ${member} can not be read by PostgreSQL: ${broken.error}`);
  const first = decidingRule(rules, { role, address });
  if (!first) return notYet(`no line of pg_hba.conf on ${member} lets ${role} replicate from ${address}`);
  if (first.method === 'scram-sha-256') return holds(`line ${first.line} of pg_hba.conf on ${member} lets ${role} in`);
  return impossible(
    `line ${first.line} of pg_hba.conf on ${member} comes first for ${role} from ${address} and says ${first.method ?? 'nothing'}`,
  );
}
