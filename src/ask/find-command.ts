import type { Command } from '../core/command.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import { spokenName } from '../core/spoken-name.ts';

/** A command and the words after its name. */
export interface FoundCommand {
  readonly command: Command;
  readonly words: readonly string[];
}

/**
 * The command that the first words name; two words before one (`config set` before `config`). No word at all is `help`.
 * @param known what the asker may use; others are not told apart from words that do not exist.
 * @throws Refusal with the nearest known name.
 */
export function findCommand(words: readonly string[], known: readonly Command[]): FoundCommand {
  const [first = 'help', second = ''] = words.map((word) => word.toLowerCase());
  const two = known.find(({ name }) => name === `${first}-${second}`);
  if (two) return { command: two, words: words.slice(2) };
  const one = known.find(({ name }) => name === first);
  if (one) return { command: one, words: words.slice(1) };
  const near = didYouMean(
    first,
    known.map(({ name }) => name),
  );
  const shown = first.length > 40 ? `${first.slice(0, 40)}…` : first;
  throw refusal(
    `there is no command '${shown}'`,
    near ? `Did you mean /pg ${spokenName(near)}?` : `Known: ${known.map(({ name }) => spokenName(name)).join(', ')}.`,
  );
}
