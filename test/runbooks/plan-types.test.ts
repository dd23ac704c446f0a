import { expect, it } from 'vitest';
import { checkpoint } from '../../src/acts/checkpoint.ts';
import { switchover } from '../../src/acts/switchover.ts';
import type { Step } from '../../src/core/plan.ts';
import { minutes } from '../../src/core/units.ts';
import { notPaused } from '../../src/states/not-paused.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

const once = switchover({ cluster: CLUSTER, leader: 'pg1', candidate: 'pg2', systemId: '1', timeline: 7 });
const base = { id: 'one', title: 'One', within: minutes(1) };
const state = notPaused(CLUSTER);

it('lets the compiler refuse an act that must not happen twice without guard and proof', () => {
  // @ts-expect-error -- neither still nor until
  const bare: Step = { ...base, act: once };
  // @ts-expect-error -- no guard
  const unguarded: Step = { ...base, act: once, until: state };
  // @ts-expect-error -- no proof
  const unproven: Step = { ...base, act: once, still: [state] };
  // @ts-expect-error -- an empty guard
  const empty: Step = { ...base, act: once, still: [], until: state };
  // @ts-expect-error -- a step that does nothing and waits for nothing
  const nothing: Step = { ...base };
  const good: readonly Step[] = [
    { ...base, act: once, still: [state], until: state },
    { ...base, act: checkpoint(CLUSTER, 'pg1') },
    { ...base, until: state },
  ];
  expect([bare, unguarded, unproven, empty, nothing, ...good]).toHaveLength(8);
});
