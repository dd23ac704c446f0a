import type { RunReport } from '../core/run.ts';
import { drainTagsOf, tagWords } from '../core/drain-tags.ts';
import type { Conclusion, Ended } from '../core/runbook.ts';
import { known } from '../core/reading.ts';

type Line = RunReport['lines'][number];

/** What a drain or its end came to, by what Patroni and HAProxy show after it, and who stayed connected. */
export function concludeDrain(
  { cluster, member }: { readonly cluster: string; readonly member: string },
  { snapshot, journal }: Ended,
): Conclusion {
  const patroni = known(snapshot.members.find(({ name }) => name === member)?.patroni);
  if (!patroni) return { says: `Patroni on ${member} does not answer, so whether it is drained is not known`, lines: [] };
  const tags = drainTagsOf(patroni.tags);
  const leads = patroni.role === 'primary';
  const isDrained = tags.nofailover && tags.noloadbalance && tags.nosync;
  const pool = snapshot.proxies.map(({ name, stats }): Line => {
    if (!stats.ok) return { sign: 'warn', text: `${name} could not be read: ${stats.why}` };
    const status = stats.value.replicas.find((server) => server.member === member)?.status ?? 'not listed';
    const isUp = status.startsWith('UP');
    const why = leads && !isUp ? `${status}), as it leads` : `${status})`;
    return {
      sign: isUp === !(tags.noloadbalance || leads) ? 'ok' : 'warn',
      text: `${name} sends ${isUp ? '' : 'no '}readers to ${member} (${why}`,
    };
  });
  const clients = journal.clients?.note;
  const left: readonly Line[] =
    clients === undefined
      ? []
      : [{ sign: /stay/.test(clients) ? 'warn' : 'ok', text: clients.charAt(0).toUpperCase() + clients.slice(1) }];
  const says = isDrained
    ? `${member} is drained: no readers, no candidacy, not synchronous. Take it back with /pg undrain ${cluster} ${member}`
    : `${member} is not drained: Patroni there runs with ${tagWords(tags)}`;
  return { says, lines: [...pool, ...left] };
}
