import { hintText } from '../core/hint-text.ts';
import type { Message, Part, Span } from '../core/message.ts';
import type { Risk } from '../core/plan.ts';
import type { Holder, RightsOn } from '../core/rights.ts';
import { startSentence } from '../core/start-sentence.ts';

const RISK_WORDS: Readonly<Record<Risk, string>> = {
  reads: 'If it only reads',
  'interrupts-nothing': 'If it interrupts nothing',
  'interrupts-writes': 'If it interrupts writes',
  'can-lose-data': 'If it can lose data',
};
const MOST_PEOPLE = 8;

/** Who may ask for a runbook on a cluster and who may approve it, what the policy asks for, and what stands in the way: for one asker. */
export function canMessage(rights: RightsOn): Message {
  const { cluster, runbook, environment, cannotAsk, cannotApprove, hint, mayAsk, mayApprove, rules, inTheWay } = rights;
  const may = cannotAsk === undefined && inTheWay.length === 0;
  const title = `${runbook} on ${cluster}: you ${may ? 'may' : 'can not'} ask for it${cannotAsk === undefined && !may ? ' now' : ''}`;
  return {
    summary: title,
    parts: [
      { title, sign: may ? 'ok' : 'bad' },
      ...(cannotAsk === undefined ? [] : [{ line: startSentence(cannotAsk), sign: 'bad' as const }]),
      mayApproveIt(cannotApprove),
      ...inTheWay.map((line): Part => ({ line: `In the way now: ${line}`, sign: 'warn' })),
      ...(inTheWay.length === 0 ? [{ line: 'Nothing else stands in the way now: no window, freeze or lock' }] : []),
      { divider: true },
      { line: ['May ask: ', ...holders(mayAsk)] },
      { line: ['May approve: ', ...holders(mayApprove)] },
      { divider: true },
      ...rules.map(
        ({ risk, allowed, says }): Part => ({
          line: `${RISK_WORDS[risk]}: ${says}`,
          ...(allowed ? {} : { sign: 'bad' as const }),
        }),
      ),
      { note: `Policy for ${environment}; the first rule that fits decides. Nobody approves what they asked for.` },
      ...(hint ? [{ note: hintText(hint) }] : []),
    ],
    forAskerOnly: true,
  };
}

function mayApproveIt(why: string | undefined): Part {
  return why === undefined
    ? { line: 'You may approve it when somebody else asks', sign: 'ok' }
    : { line: startSentence(why), sign: 'info' };
}

function holders(all: readonly Holder[]): readonly Span[] {
  const users = [...new Set(all.flatMap((one) => one.users))];
  const groups = new Map(all.flatMap((one) => one.groups).map((group) => [group.id, group]));
  const listed = [
    ...(users.length > 0 ? [people(users)] : []),
    ...[...groups.values()].map((group): readonly Span[] => [`@${group.handle} (`, ...people(group.users), ')']),
  ];
  return listed.length === 0 ? ['nobody'] : listed.flatMap((spans, i): readonly Span[] => [i === 0 ? '' : ', ', ...spans]);
}

function people(users: readonly string[]): readonly Span[] {
  if (users.length === 0) return ['nobody is in it'];
  const more = users.length > MOST_PEOPLE ? [` and ${users.length - MOST_PEOPLE} more`] : [];
  return [...users.slice(0, MOST_PEOPLE).flatMap((person, i): readonly Span[] => [i === 0 ? '' : ', ', { person }]), ...more];
}
