import { command, reviewsCard } from '#kit';
import { z } from 'zod';

export default command({
  name: 'reviews',
  summary: 'The changes made without approval that wait for their review',
  who: 'viewer',
  args: z.object({}),
  examples: [''],
  answer: async (_args, view) => reviewsCard(await view.openReviews(), view.now()),
});
