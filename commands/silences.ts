import { command, silencesCard } from '#kit';
import { z } from 'zod';

export default command({
  name: 'silences',
  summary: 'List what is silenced, by whom and until when',
  who: 'viewer',
  args: z.object({}),
  examples: [''],
  answer: async (_args, view) => silencesCard(await view.silences()),
});
