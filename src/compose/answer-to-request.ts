import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import type { Proposed } from '../runs/propose.ts';
import type { Runs } from '../store/runs.ts';

/**
 * What the asker of a change is answered: why nothing was stored, or nothing when the run's own message stands in the channel. Where
 * that could not be posted they are told so, because silence looks like a lost command.
 */
export async function answerToRequest(
  proposed: Proposed,
  runs: Pick<Runs, 'get'>,
  { channelId }: Pick<Asker, 'channelId'>,
): Promise<Message | undefined> {
  if ('message' in proposed) return proposed.message;
  const kept = await runs.get(proposed.run.id);
  if (kept?.messageTs === undefined) return unshown(proposed.run);
  return kept.channelId === channelId ? undefined : shownElsewhere(kept);
}

/** What is asked in a direct message stands in the operators' channel, where somebody else can approve it. */
function shownElsewhere({ id, plan }: Run): Message {
  const says = `Run ${id} is asked for in the operators' channel, where others see it: ${plan.summary}`;
  return { summary: says, parts: [{ line: says, sign: 'ok' }] };
}

function unshown({ id, plan, state, confirmByAsker }: Run): Message {
  const says = `Run ${id} is stored, but its message could not be posted here`;
  return {
    summary: says,
    parts: [
      { title: says, sign: 'warn' },
      { line: plan.summary },
      state === 'pending' && confirmByAsker
        ? { line: ['It waits for you to confirm it: ', { code: `/pg confirm ${id}` }, '.'] }
        : state === 'pending'
          ? { line: ['It waits for approval: ask an approver to type ', { code: `/pg approve ${id}` }, '.'] }
          : { line: ['It starts without approval. Watch it with ', { code: `/pg run ${id}` }, '.'] },
      { note: ['Take it back with ', { code: `/pg withdraw ${id}` }, '.'] },
    ],
  };
}
