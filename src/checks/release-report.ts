import { z } from 'zod';
import { known } from '../core/reading.ts';
import type { RunReport } from '../core/run.ts';
import type { Conclusion, Ended } from '../core/runbook.ts';

type Line = RunReport['lines'][number];
const Material = z.looseObject({ holder: z.string() });

/** What a release came to, by what the cluster shows after it. */
export function concludeRelease({ material, snapshot }: Ended): Conclusion {
  const { holder } = Material.parse(material);
  const cluster = snapshot.cluster.name;
  const key = known(snapshot.dcs)?.leader;
  const leader = snapshot.members.find(({ name }) => name === key);
  const primary = leader && known(leader.sql);
  const others = snapshot.members.filter(({ name }) => name !== key);
  const lines = others.map(({ name }): Line => {
    const row = primary?.standbys.find((standby) => standby.name === name);
    if (row?.state === 'streaming') return { sign: 'ok', text: `${name} streams from ${key}` };
    const why = row?.state ?? 'not connected';
    return { sign: 'bad', text: `${name} does not stream (${why}): \`/pg rebuild ${cluster} ${name}\` says why and what helps` };
  });
  if (!leader || !primary || primary.inRecovery)
    return { says: `${cluster} still shows no primary: ${key ?? 'nobody'} holds the leader key`, lines };
  const leads = `${leader.name} leads ${cluster} on timeline ${primary.timeline} and takes writes`;
  return { says: leader.name === holder ? `${leads}: it came up by itself` : `${leads}; ${holder} held the key before`, lines };
}
