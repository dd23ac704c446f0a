import type { Command, Invocation } from '../core/command.ts';
import { refusal } from '../core/errors.ts';
import { spokenName } from '../core/spoken-name.ts';
import { findCommand } from './find-command.ts';

type Started = Extract<Invocation, { does: 'start' }>;

/**
 * What a command that stands for another one asks for, such as `break-glass billing ... switchover --to pg2`: the words are read by
 * the other command's own parser, with the cluster before them.
 * @throws Refusal when the words name no command that starts a runbook, or do not fit it.
 */
export function unwrap(
  { through, cluster = '' }: Extract<Invocation, { does: 'through' }>,
  known: readonly Command[],
): { readonly command: Command; readonly invocation: Started } {
  const startable = known.filter(({ starts }) => starts !== undefined);
  const { command, words } = findCommand(through.words, startable);
  // People who know the command by heart type its cluster too.
  const invocation = command.parse(words[0] === cluster ? words : [cluster, ...words]);
  if (invocation.does !== 'start' || invocation.cluster !== cluster)
    throw refusal(`/pg ${spokenName(command.name)} takes no cluster first`, 'Ask for it by its own command.');
  const { start, reason } = through;
  return { command, invocation: { ...invocation, reason, start: { ...invocation.start, ...start } } };
}
