import { argvOf, type Word } from './argv-pattern.ts';
import type { RemoteCommand } from './remote-commands.ts';

/** A command of the closed list that runs as postgres. @throws Error for a value that has not its form. */
export const asPostgres = (name: string, words: readonly Word[]): RemoteCommand => ({
  name,
  as: 'postgres',
  argv: argvOf(words),
});
