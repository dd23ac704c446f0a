import type { Message, Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { type CardFacts, runCard } from './run-card.ts';
import { runAsOf } from '../core/run-as-of.ts';
import { RUN_HEADINGS } from './run-headings.ts';
import { titleWords } from './title-words.ts';

/**
 * The copy of a request in a direct message: the same card with the same buttons while it waits, afterwards what became of it.
 * `link` is the message in the channel, where it is followed.
 */
export function copyCard(facts: CardFacts, link: string | undefined): Message {
  const run = runAsOf(facts.run, facts.nowMs);
  const where: readonly Part[] = link === undefined ? [] : [{ note: [{ link, label: 'The request in its channel' }] }];
  if (run.state === 'pending') {
    const { thread: _, ...card } = runCard(facts);
    return { ...card, parts: [...card.parts, ...where] };
  }
  return { ...shortCard(run), parts: [...shortCard(run).parts, ...where] };
}

function shortCard({ id, state, plan, requester, votes, why, report, scheduledAtMs, scheduledAs = '' }: Run): Message {
  const [sign, heading] = RUN_HEADINGS[state];
  const title = `${heading}: ${titleWords(plan.summary).title}`;
  const says = report?.says ?? why;
  const voted = votes.flatMap(({ userId, verdict }) => [
    verdict === 'approve' ? ' · approved by ' : ' · denied by ',
    { person: userId },
  ]);
  return {
    summary: title,
    parts: [
      { title, sign },
      { line: ['Run ', { code: id }, ' · asked by ', { person: requester.userId }, ...voted] },
      ...(state === 'approved' && scheduledAtMs !== undefined
        ? [{ line: ['Starts ', { timeMs: scheduledAtMs }, ` (${scheduledAs})`] }]
        : []),
      ...(says ? [{ line: `Why: ${says}` }] : []),
    ],
  };
}
