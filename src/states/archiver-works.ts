import { z } from 'zod';
import type { Archiver, Dcs } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { currentPrimary, readRoles } from './roles.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'archiver-works',
  args: z.object({ cluster: ClusterName, member: MemberName, timeline: z.number().int().positive() }),
  says: ({ member, timeline }) => `${member} has archived WAL since it began timeline ${timeline}`,
  async judge({ cluster, member, timeline }, view) {
    const roles = await readRoles(view, cluster);
    const primary = currentPrimary(roles);
    if ('why' in primary) return notYet(primary.why);
    if (primary.name !== member) return notYet(`${primary.name} is the primary, not ${member}`);
    return judgeArchiver(member, primary.sql.archiver, beganAtMs(roles.dcs.ok ? roles.dcs.value : undefined, timeline));
  },
});

export const archiverWorksState = state;

/**
 * The primary has archived something since its promotion. Promotion itself makes work for the archiver (the timeline's history
 * file), and Patroni's history has that file's time on the same host (patroni/postgresql/__init__.py, get_history).
 */
export const archiverWorks = (cluster: string, member: string, timeline: number): StateData =>
  build({ cluster, member, timeline });

/** Pure part; `beganAtMs`: when the timeline began, by the primary's own clock. */
export function judgeArchiver(member: string, archiver: Archiver | undefined, began: number | undefined): Verdict {
  if (!archiver) return notYet(`${member} archives no WAL (archive_mode off)`);
  if (began === undefined) return notYet('Patroni has not written the new timeline into its history yet');
  const { lastArchivedAtMs: good = 0, lastFailedAtMs: bad = 0, lastFailedWal } = archiver;
  if (bad > good) return notYet(`archiving fails on ${member}${lastFailedWal ? ` (${lastFailedWal})` : ''}`);
  return good >= began ? holds(`${member} archives WAL`) : notYet(`${member} has archived nothing since its promotion yet`);
}

function beganAtMs(dcs: Dcs | undefined, timeline: number): number | undefined {
  const at = dcs?.history.find((entry) => entry.timeline === timeline - 1)?.at;
  const parsed = at === undefined ? Number.NaN : Date.parse(at);
  return Number.isNaN(parsed) ? undefined : parsed;
}
