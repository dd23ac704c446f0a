import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known, type Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import type { UnitSight } from '../core/unit-sight.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Of the unit that recovers. */
  claim: z.string(),
  systemId: z.string(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'backup-recovered',
  args: Args,
  says: ({ member }) => `the backup on ${member} is recovered to its end, and its server is shut down as a standby`,
  async judge(args, view) {
    const { cluster, member, claim } = args;
    const unit = await view.unit(cluster, member, claim);
    return judgeRecovered(args, unit, await view.server(cluster, member));
  },
});

export const backupRecoveredState = state;

/** The recovery ended well, and the control file is that of this system and of a standby that was shut down. */
export const backupRecovered = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. */
export function judgeRecovered({ member, systemId }: Args, unit: Reading<UnitSight>, server: Reading<Server>): Verdict {
  if (!unit.ok) return notYet(`how the recovery on ${member} stands can not be read: ${unit.why}`);
  const { state: is, exitCode, lines } = unit.value;
  if (is === 'absent') return notYet(`the recovery on ${member} has not begun`);
  const last = lines.at(-1)?.replace(/^.*?\b(LOG|FATAL|ERROR|HINT|DETAIL): {1,2}/, '') ?? 'it has said nothing yet';
  if (is === 'running') return notYet(`PostgreSQL recovers the backup on ${member}: ${last}`);
  if (is === 'vanished') return impossible(`the recovery on ${member} is gone without a result, as after a power cut`);
  if (exitCode !== 0) return impossible(`the recovery on ${member} ended with exit ${exitCode}: ${last.slice(0, 300)}`);
  const control = known(server)?.control;
  if (!control) return notYet(`the recovery on ${member} is done; its control file can not be read yet`);
  if (control.systemId !== systemId)
    return impossible(`what was restored on ${member} is of another system: ${control.systemId} instead of ${systemId}`);
  return control.state === 'shut down in recovery'
    ? holds(`the backup on ${member} is recovered; its server was shut down as a standby`)
    : impossible(`the recovery on ${member} says it is done, but the control file says '${control.state}'`);
}
