import { clustersMessage, command } from '#kit';
import { z } from 'zod';

export default command({
  name: 'clusters',
  summary: 'The clusters that you may see, with environment, mode and members',
  who: 'viewer',
  args: z.object({}),
  examples: [''],
  answer: (_args, view) => Promise.resolve(clustersMessage(view.clusters())),
});
