import { command, RunId, runCard, runLog } from '#kit';
import { z } from 'zod';

export default command({
  name: 'run',
  summary: 'Show one run: its plan, where it stands, its report',
  who: 'viewer',
  args: z.object({ id: RunId, log: z.boolean().optional() }),
  positionals: ['id'],
  examples: ['r4k2m9xq', 'r4k2m9xq --log'],
  async answer({ id, log }, view) {
    const { run, journal } = await view.run(id);
    const live = runCard({ run, journal, nowMs: view.now() });
    const parts = live.parts.filter((part) => !('buttons' in part));
    const elsewhere = parts.length < live.parts.length ? [{ note: 'Its buttons stand on its own message.' }] : [];
    const card = { ...live, parts: [...parts, ...elsewhere] };
    return log ? { ...card, attachments: [runLog(run, journal)] } : card;
  },
});
