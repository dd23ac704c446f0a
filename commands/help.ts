import { command, helpMessage, helpOn } from '#kit';
import { z } from 'zod';

export default command({
  name: 'help',
  summary: 'What you may use here, or how to write one command',
  who: 'viewer',
  // Commands of two words are typed with a space.
  args: z.object({ command: z.string().optional(), word: z.string().optional() }),
  positionals: ['command', 'word'],
  examples: ['', 'status'],
  answer: ({ command: first, word }, _view, help) =>
    Promise.resolve(first === undefined ? helpMessage(help) : helpOn(word === undefined ? [first] : [first, word], help)),
});
