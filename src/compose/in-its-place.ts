import type { DeskParts } from '../ask/desk.ts';
import { refusal } from '../core/errors.ts';
import { RunId } from '../core/names.ts';
import type { Asker } from '../core/person.ts';
import type { Copies } from '../store/copies.ts';
import type { Runs } from '../store/runs.ts';

interface Needs {
  readonly runs: Pick<Runs, 'get'>;
  readonly copies: Pick<Copies, 'of'>;
  readonly refused: DeskParts['refused'];
  /** Slack's id of the operators' channel, where overdue reviews are told with a button. */
  readonly ops: string;
}

/** Rejects a click on a run, or a form about it, that does not come from where its buttons stand. */
export type InItsPlace = (run: string, asker: Asker) => Promise<void>;

/**
 * The buttons of a run stand in its channel and in the copies of those who were sent one. A click from elsewhere was made by hand, or
 * the message was copied there, so it does not count, whatever the person may do. What is no run is left to whoever looks it up.
 * @throws Refusal, after it was audited.
 */
export function createInItsPlace({ runs, copies, refused, ops }: Needs): InItsPlace {
  return async (id, asker) => {
    const run = RunId.safeParse(id).success ? await runs.get(id) : undefined;
    if (!run || run.channelId === asker.channelId) return;
    if (run.breakGlass && asker.channelId === ops) return;
    const own = (await copies.of(id)).filter(({ userId }) => userId === asker.userId);
    if (own.some(({ channelId }) => channelId === asker.channelId)) return;
    const why = `a click on run ${id} came from ${asker.channelId || 'no channel'}, where its buttons do not stand`;
    await refused({ asker, command: 'button', cluster: run.cluster, why });
    throw refusal(`the buttons of run ${id} do not stand here`, `Use those of its own message, or the command: /pg help.`);
  };
}
