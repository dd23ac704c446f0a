import { command, RunId, runCard } from '#kit';
import { z } from 'zod';

export default command({
  name: 'run',
  summary: 'Show one run: its plan, where it stands, its report',
  who: 'viewer',
  args: z.object({ id: RunId }),
  positionals: ['id'],
  examples: ['r4k2m9xq'],
  async answer({ id }, view) {
    const { run, journal } = await view.run(id);
    return runCard({ run, journal, nowMs: view.now() });
  },
});
