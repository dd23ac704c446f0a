import { blocked, type Check, passed, warned } from '../core/check.ts';
import { known } from '../core/reading.ts';
import { membersAnswer } from './members-answer.ts';
import type { PatroniScene } from './patroni-facts.ts';

/** What Patroni does and does not do while it is paused (Patroni docs/pause.rst, docs/watchdog.rst). */
export const WHILE_PAUSED: readonly string[] = [
  'While it is paused nobody takes over when the leader dies, a PostgreSQL that stops stays stopped, the watchdog is off, and scheduled switchovers and restarts wait.',
  'A switchover to a named candidate, an unscheduled restart and a reinit still work. Two primaries would only be warned of.',
];

/** Whether this is a good moment to take the cluster out of Patroni's hands. */
export function pauseChecks(scene: PatroniScene): readonly Check[] {
  return [hasPrimary(scene), noSwitchover(scene), nothingWaits(scene), allRun(scene), noFailsafe(scene), membersAnswer(scene)];
}

function hasPrimary({ cluster, dcs, primaries }: PatroniScene): Check {
  const id = 'has-primary';
  if (dcs.leader !== undefined && primaries.length === 1 && primaries[0] === dcs.leader)
    return passed(id, `${dcs.leader} leads ${cluster} by the DCS and by SQL; it stays so until somebody changes it`);
  const found =
    dcs.leader === undefined
      ? `nobody holds the leader key of ${cluster}`
      : primaries.length === 0
        ? `${dcs.leader} holds the leader key of ${cluster}, but no member is a primary by SQL`
        : `${dcs.leader} holds the leader key of ${cluster}, and by SQL ${primaries.join(' and ')} is primary`;
  return blocked(id, found, 'Paused, it stays so: Patroni neither elects nor demotes. Let it settle first, or override this.', {
    hard: false,
  });
}

function noSwitchover({ dcs: { failover } }: PatroniScene): Check {
  const id = 'no-switchover-under-way';
  return failover && !failover.scheduledAt
    ? blocked(
        id,
        `a switchover ${failover.leader ?? 'any leader'} -> ${failover.candidate ?? 'any candidate'} is under way`,
        'Wait for it to end.',
        {
          hard: true,
        },
      )
    : passed(id, 'no switchover is under way');
}

function nothingWaits({ orders }: PatroniScene): Check {
  const id = 'nothing-scheduled';
  const all = orders.map(({ says, at }) => `the ${says} at ${at}`);
  return all.length === 0
    ? passed(id, 'Patroni has nothing scheduled')
    : warned(
        id,
        `scheduled and suspended by a pause: ${all.join(', ')}`,
        'What comes due while it is paused is dropped, not done later.',
      );
}

/** A copy may go on meanwhile, of a member that Patroni only starts again when it is resumed (patroni/ha.py, `_run_cycle`). */
function allRun({ members }: PatroniScene): Check {
  const id = 'all-run';
  const down = members.flatMap(({ name, patroni }) => {
    const state = known(patroni)?.state ?? 'running';
    return state === 'running' || state === 'streaming' ? [] : [`${name} (${state})`];
  });
  return down.length === 0
    ? passed(id, 'PostgreSQL runs on every member that was read')
    : warned(
        id,
        `PostgreSQL does not run on ${down.join(' and ')}, and paused, Patroni does not start it`,
        'A copy or a rebuild of it that goes on waits at its end for the resume.',
      );
}

function noFailsafe({ members }: PatroniScene): Check {
  const active = members.filter(({ patroni }) => known(patroni)?.failsafeActive).map(({ name }) => name);
  return active.length === 0
    ? passed('no-failsafe', 'failsafe mode is not active')
    : blocked('no-failsafe', `${active.join(', ')} runs in failsafe mode: the DCS is out of its reach`, 'See to etcd first.', {
        hard: true,
      });
}
