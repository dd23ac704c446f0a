import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { PoolerReadings, PoolerState } from '../core/pooler.ts';

const hard = { hard: true };
const WITHOUT = 'Or ask again with `--without-pause`: clients then see errors for some seconds.';

/** The name of the timers that resume the PgBouncers in a switchover of this primary, without the PgBouncer's own. */
export const resumeUnitOf = ({ systemId, timeline }: { readonly systemId: string; readonly timeline: number }): string =>
  `trunkline-resume-${systemId}-t${timeline}`;

/** Whether each PgBouncer can be paused while the leader changes, so that no query of its clients fails. */
export function poolerChecks(poolers: readonly PoolerReadings[]): readonly Check[] {
  return poolers.map(({ name, databases, state }) => {
    const id = `pooler-${name}`;
    return state.ok
      ? ofPooler({ id, name, databases }, state.value)
      : blocked(id, `PgBouncer on ${name} can not be read, so it can not be paused: ${state.why}`, `See to it. ${WITHOUT}`, hard);
  });
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly databases: readonly string[];
}

function ofPooler({ id, name, databases }: Named, state: PoolerState): Check {
  const own = state.databases.filter((one) => databases.includes(one.name));
  const session = own.filter(({ poolMode }) => poolMode === 'session').map((one) => one.name);
  if (session.length > 0 || state.sessionUsers.length > 0)
    return blocked(
      id,
      `PgBouncer on ${name} pools by session (${[...session, ...state.sessionUsers].join(', ')}): PAUSE would wait until each client disconnects`,
      `Set pool_mode to transaction there. ${WITHOUT}`,
      hard,
    );
  const paused = own.filter((one) => one.paused).map((one) => one.name);
  if (paused.length > 0)
    return blocked(
      id,
      `${paused.join(', ')} on ${name} is paused already`,
      `Find out by whom, and RESUME it first. ${WITHOUT}`,
      hard,
    );
  const clients = state.clients.filter(({ database }) => databases.includes(database));
  const active = clients.reduce((sum, one) => sum + one.active, 0);
  const waiting = clients.reduce((sum, one) => sum + one.waiting, 0);
  const others = state.clients.filter((one) => !databases.includes(one.database) && one.active + one.waiting > 0);
  const says = `PgBouncer on ${name} pools by transaction; ${active + waiting} clients of ${databases.join(', ')} will wait`;
  if (waiting > 0)
    return warned(
      id,
      `${says}; ${waiting} of them wait already`,
      'Its pool may be too small, or a query is long: PAUSE waits for that.',
    );
  return others.length > 0
    ? warned(
        id,
        `${says}; ${others.map(({ database }) => database).join(', ')} is not in the configuration and is not paused`,
        'Add it to the databases of this PgBouncer if it belongs to this cluster.',
      )
    : passed(id, says);
}
