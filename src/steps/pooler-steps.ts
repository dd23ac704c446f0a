import { armResume } from '../acts/arm-resume.ts';
import { pausePoolers } from '../acts/pause-poolers.ts';
import { resumePoolers } from '../acts/resume-poolers.ts';
import type { Step } from '../core/plan.ts';
import { minutes, seconds } from '../core/units.ts';
import { poolersFlow } from '../states/poolers-flow.ts';
import { poolersPaused } from '../states/poolers-paused.ts';
import { primaryIs } from '../states/primary-is.ts';
import { resumeArmed } from '../states/resume-armed.ts';
import type { Handover } from './handover.ts';

/** The PgBouncers to pause, and the name of their timers. */
export interface Pooled {
  readonly systemId: string;
  readonly poolers: readonly string[];
  readonly resumeUnit: string;
}

/** Only where there are PgBouncers: their clients wait then, and no query fails. The timers come first. */
export function pauseSteps(
  cluster: string,
  { leader, timeline, systemId, poolers, resumeUnit: unit }: Pick<Handover, 'leader' | 'timeline'> & Pooled,
): readonly Step[] {
  if (poolers.length === 0) return [];
  const armed = resumeArmed(cluster, poolers, unit);
  return [
    {
      id: 'armed',
      title: `Arm the timers that resume ${poolers.join(' and ')} whatever happens`,
      within: minutes(1),
      act: armResume({ cluster, poolers: [...poolers], unit }),
      until: armed,
    },
    {
      id: 'paused',
      title: `Pause ${poolers.join(' and ')}`,
      within: seconds(10),
      still: [armed, primaryIs(cluster, leader, { timeline })],
      act: pausePoolers({ cluster, poolers: [...poolers], unit, systemId, timeline }),
      until: poolersPaused(cluster),
    },
  ];
}

/** Takes the pause back; nothing where nobody was paused. */
export function resumeSteps(cluster: string, { poolers, resumeUnit: unit }: Pooled): readonly Step[] {
  if (poolers.length === 0) return [];
  return [
    {
      id: 'resumed',
      title: `Resume ${poolers.join(' and ')}`,
      within: minutes(1),
      act: resumePoolers({ cluster, poolers: [...poolers], unit }),
      until: poolersFlow(cluster),
    },
  ];
}
