import { z } from 'zod';
import { judgeNoPrimary } from '../core/holder-evidence.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, impossible, notYet } from '../core/verdict.ts';
import { readRoles } from './roles.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName });

const { state, build } = defineState({
  name: 'holder-is-no-primary',
  args: Args,
  says: ({ member }) => `${member} holds the leader key and is proven to be no primary, and nobody else is one`,
  async judge({ cluster, member }, view) {
    const [roles, server, { patroni }] = await Promise.all([
      readRoles(view, cluster),
      view.server(cluster, member),
      view.member(cluster, member),
    ]);
    if (!roles.dcs.ok) return notYet(`the DCS cannot be read: ${roles.dcs.why}`);
    const { leader, systemId } = roles.dcs.value;
    if (leader !== member) return impossible(`${leader ?? 'nobody'} holds the leader key now, not ${member}`);
    const other = [...roles.sql].find(([name, sql]) => name !== member && sql.ok && !sql.value.inRecovery);
    if (other) return notYet(`${other[0]} is out of recovery: it takes writes`);
    const sql = roles.sql.get(member);
    if (!sql) return impossible(`${member} is not a member of ${cluster}`);
    const verdict = judgeNoPrimary({ member, sql, patroni, server, systemId });
    return verdict.holds ? holds(`${member} holds the leader key, but ${verdict.says}`) : verdict;
  },
});

export const holderIsNoPrimaryState = state;

/** The wedge that `/pg release` ends: a leader key with no primary behind it. */
export const holderIsNoPrimary = (cluster: string, member: string): StateData => build({ cluster, member });
