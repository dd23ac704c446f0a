import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known, type Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import { rewindProgress } from '../core/unit-progress.ts';
import type { UnitSight } from '../core/unit-sight.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Of the unit that rewinds. */
  claim: z.string(),
  /** Of the primary that it is rewound to. */
  timeline: z.number().int().positive(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'rewound',
  args: Args,
  says: ({ member, timeline }) => `${member} is rewound to timeline ${timeline}, by its control file`,
  async judge(args, view) {
    const { cluster, member, claim } = args;
    const unit = await view.unit(cluster, member, claim);
    return judgeRewound(args, unit, await view.server(cluster, member));
  },
});

export const rewoundState = state;

/**
 * The rewind has ended well and the control file says so: pg_rewind writes it last, with the source's timeline as the one up to which
 * recovery must go (pg_rewind.c, perform_rewind). Whatever else ended it has left a mixture of two branches.
 */
export const rewound = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. */
export function judgeRewound({ member, timeline }: Args, unit: Reading<UnitSight>, server: Reading<Server>): Verdict {
  if (!unit.ok) return notYet(`how the rewind of ${member} stands can not be read: ${unit.why}`);
  const { state: is, exitCode, lines } = unit.value;
  if (is === 'absent') return notYet(`the rewind of ${member} has not begun`);
  if (is === 'running') return notYet(`pg_rewind on ${member}: ${rewindProgress(lines)}`);
  const half = `the data directory of ${member} is half rewound and must not be started`;
  if (is === 'vanished') return impossible(`the rewind of ${member} is gone without a result, as after a power cut: ${half}`);
  if (exitCode !== 0) return impossible(`pg_rewind on ${member} ended with exit ${exitCode} (${lastWords(lines)}): ${half}`);
  const control = known(server)?.control;
  if (!control) return notYet(`pg_rewind on ${member} is done; its control file can not be read yet`);
  if (Math.max(control.minRecoveryTimeline, control.timeline) === timeline)
    return holds(`${member} is rewound: its control file leads to timeline ${timeline}`);
  if (lines.some((line) => /no rewind required/.test(line))) return holds(`pg_rewind found nothing to rewind on ${member}`);
  return impossible(`pg_rewind on ${member} says it is done, but its control file stands on timeline ${control.timeline}`);
}

function lastWords(lines: readonly string[]): string {
  const words = lines.filter((line) => !/\d+\/\d+ kB/.test(line));
  return (
    words
      .at(-1)
      ?.replace(/^.*?pg_rewind: /, '')
      .slice(0, 300) ?? 'it said nothing'
  );
}
