import { z } from 'zod';
import { known } from '../core/reading.ts';
import type { RunReport } from '../core/run.ts';
import type { Conclusion, Ended } from '../core/runbook.ts';

type Line = RunReport['lines'][number];
const Material = z.looseObject({ node: z.string(), leader: z.string(), timeline: z.number() });

/** What a rebuild came to, by what the cluster shows after it. */
export function concludeRebuild({ material, plan, snapshot, journal }: Ended): Conclusion {
  const { node, leader, timeline } = Material.parse(material);
  const isPlain = snapshot.cluster.mode === 'streaming';
  const leads = isPlain ? leader : known(snapshot.dcs)?.leader;
  const primary = known(snapshot.members.find(({ name }) => name === leads)?.sql);
  const member = snapshot.members.find(({ name }) => name === node);
  const own = known(member?.sql);
  // The step has proven it by more than a snapshot shows without Patroni.
  const replays = isPlain && journal.start?.mark === 'done' ? timeline : known(member?.patroni)?.timeline;
  const row = primary?.standbys.find(({ name }) => name === node);
  const receives = own?.walReceiver?.timeline ?? own?.timeline;
  const streams =
    own?.inRecovery === true && row?.state === 'streaming' && receives === primary?.timeline && replays === receives;
  const lines: readonly Line[] = [
    streams
      ? { sign: 'ok', text: `${node} streams from ${leader} on timeline ${receives}` }
      : { sign: 'bad', text: `${node} does not stream (${row?.state ?? (own ? 'not connected' : 'it does not answer by SQL')})` },
    ...plan.steps.flatMap(({ id, act }): readonly Line[] => {
      const suffix = act?.args.suffix;
      const isKept = (id === 'keep-wal' || id === 'set-aside') && journal[id]?.mark === 'done';
      if (!isKept || typeof suffix !== 'string' || journal['delete-old']?.mark === 'done') return [];
      return [{ sign: 'ok', text: `Kept on ${node} beside its data directory: .${suffix} (\`/pg kept\` lists it)` }];
    }),
  ];
  const says = streams ? `${node} streams again on timeline ${timeline}` : `${node} is not a streaming standby yet`;
  return { says, lines };
}
