import { armResume } from './acts/arm-resume.ts';
import { pausePoolers } from './acts/pause-poolers.ts';
import { resumePoolers } from './acts/resume-poolers.ts';
import { tellProxies } from './acts/tell-proxies.ts';
import type { Step } from './core/plan.ts';
import { minutes, seconds } from './core/units.ts';
import { poolersFlow } from './states/poolers-flow.ts';
import { poolersPaused } from './states/poolers-paused.ts';
import { primaryIs } from './states/primary-is.ts';
import { proxiesRouteTo } from './states/proxies-route-to.ts';
import { resumeArmed } from './states/resume-armed.ts';
import { writeAnswered } from './states/write-answered.ts';

/** Who leads before and after, and what stands between clients and them: a part of what each preflight finds. */
export interface Handover {
  readonly leader: string;
  readonly target: string;
  /** That `leader` leads, or led. */
  readonly timeline: number;
  readonly hasProxies: boolean;
  readonly tellsProxies: boolean;
  readonly probesWrites: boolean;
}

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

/** Only where HAProxies are known: told at once where that is configured, and looked at in any case. */
export function routeSteps(
  cluster: string,
  { leader, target, hasProxies, tellsProxies }: Pick<Handover, 'leader' | 'target' | 'hasProxies' | 'tellsProxies'>,
): readonly Step[] {
  if (!hasProxies) return [];
  return [
    {
      id: 'routed',
      title: `Wait for the proxies to send writes to ${target}`,
      within: minutes(2),
      ...(tellsProxies ? { act: tellProxies({ cluster, leader: target, old: leader }) } : {}),
      until: proxiesRouteTo(cluster, target),
    },
  ];
}

/**
 * Only where there is a write probe, and the last of all: the probe takes the way of applications, which the proxies must have opened, and
 * a new primary that waits for a synchronous standby confirms no write before one follows it.
 */
export function writeSteps(
  cluster: string,
  { target, timeline, probesWrites }: Pick<Handover, 'target' | 'timeline' | 'probesWrites'>,
): readonly Step[] {
  if (!probesWrites) return [];
  const title = `See a write confirmed by ${target}`;
  return [{ id: 'written', title, within: minutes(2), until: writeAnswered(cluster, target, timeline + 1) }];
}
