import type { MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import type { Facts } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';
import { timelineOf } from './timeline-of.ts';

/** Members of one cluster must share one system identifier and one timeline. */
export function identityFindings(facts: Facts): readonly Finding[] {
  return [...systemIds(facts), ...timelines(facts)];
}

function systemIds({ snapshot, dcs, evidence }: Facts): readonly Finding[] {
  const ids = snapshot.members.flatMap((member) => {
    const id = systemIdOf(member);
    return id === undefined ? [] : [{ name: member.name, id }];
  });
  const expected = dcs?.systemId ?? ids.find(({ name }) => name === evidence.primary)?.id ?? ids[0]?.id;
  const by = dcs?.systemId ? 'etcd' : 'the others';
  return ids
    .filter(({ id }) => expected !== undefined && id !== expected)
    .map(({ name, id }) =>
      about(
        name,
        finding(
          'bad',
          'systemid-apart',
          `${name} is another database: its system identifier is ${id}, ${by} ${by === 'etcd' ? 'has' : 'have'} ${expected}`,
          `Data of ${name} does not belong to this cluster. Find out whose it is before any reinit.`,
        ),
      ),
    );
}

function systemIdOf({ sql, patroni }: MemberReadings): string | undefined {
  return known(sql)?.systemId ?? known(patroni)?.systemId;
}

function timelines({ snapshot, evidence, dcs }: Facts): readonly Finding[] {
  const at = snapshot.members.flatMap((member) => {
    const timeline = member.sql.ok || member.patroni.ok ? timelineOf(member, dcs) : undefined;
    return timeline === undefined ? [] : [{ name: member.name, timeline }];
  });
  const expected = at.find(({ name }) => name === evidence.primary)?.timeline ?? Math.max(...at.map(({ timeline }) => timeline));
  const reference = evidence.primary ? `${evidence.primary} leads on ${expected}` : `the newest is ${expected}`;
  return at
    .filter(({ timeline }) => timeline !== expected)
    .map(({ name, timeline }) =>
      about(
        name,
        finding(
          'warn',
          'timelines-apart',
          `${name} is on timeline ${timeline}, ${reference}`,
          `If that lasts longer than a minute, ${name} has diverged: it needs a rewind or a reinit.`,
        ),
      ),
    );
}
