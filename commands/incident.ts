import { command, IncidentName, incidentCard } from '#kit';
import { z } from 'zod';

export default command({
  name: 'incident',
  summary: 'Show one incident with its timeline, and a file for the post-mortem',
  who: 'viewer',
  args: z.object({ id: IncidentName }),
  positionals: ['id'],
  examples: ['i4k2m9xq'],
  answer: async ({ id }, view) => incidentCard(await view.incident(id)),
});
