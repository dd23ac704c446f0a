import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'no-backup-running',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `no base backup runs on ${member}`,
  async judge({ cluster, member }, view) {
    const activity = await view.activity(cluster, member);
    if (!activity.ok) return notYet(`whether a base backup runs on ${member} cannot be read: ${activity.why}`);
    const [first] = activity.value.baseBackups;
    return first
      ? notYet(`a base backup runs on ${member} (pid ${first.pid}, ${first.phase})`)
      : holds(`no base backup runs on ${member}`);
  },
});

export const noBackupRunningState = state;

/** No row in pg_stat_progress_basebackup of the member: a switchover would break the backup off. */
export const noBackupRunning = (cluster: string, member: string): StateData => build({ cluster, member });
