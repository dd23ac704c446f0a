import type { MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import { type Facts, silence } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';
import { joinNames } from './join-names.ts';

/** What is wrong with the leader itself, and where the etcd key, REST and SQL disagree about it. */
export function leaderFindings(facts: Facts): readonly Finding[] {
  return [...standingFindings(facts), ...restAgainstSql(facts), ...keyAgainstSync(facts)];
}

function standingFindings(facts: Facts): readonly Finding[] {
  const { evidence, dcs } = facts;
  const { standing, key, primaries, rest, sql } = evidence;
  const by = (name: string) => [...(sql.includes(name) ? ['SQL'] : []), ...(rest.includes(name) ? ['REST'] : [])].join(' and ');
  switch (standing) {
    case 'leads':
      return [];
    case 'several':
      return [twoPrimaries(facts, by)];
    case 'silent-key':
      return [silentHolder(facts)];
    case 'key-without-primary':
      return [
        about(
          key ?? 'nobody',
          finding('bad', 'key-without-primary', `${key} holds the leader key in etcd but is not a primary${instead(primaries)}`),
        ),
      ];
    case 'primary-without-key':
      return [
        finding(
          'bad',
          'primary-without-key',
          `${joinNames(primaries)} acts as primary (by ${by(primaries[0] ?? '')}), but nobody holds the leader key in etcd`,
          'Patroni will demote it unless it gets the key again, or is paused.',
        ),
      ];
    case 'none':
      return [
        finding('bad', 'no-leader', `no leader: no member acts as primary${dcs ? ' and the leader key in etcd is empty' : ''}`),
      ];
    case 'unread':
      return [finding('bad', 'leader-unknown', 'leader unknown: no member that answered acts as primary, and not all answered')];
  }
}

function twoPrimaries({ evidence, dcs, patroni, snapshot }: Facts, by: (name: string) => string): Finding {
  const { primaries, key } = evidence;
  const each = primaries.map((name) => `${name} (by ${by(name)})`);
  const told = patroni ? '' : ` \`/pg rebuild ${snapshot.cluster.name} MEMBER --dry-run\` says who was promoted in whose place.`;
  return finding(
    'bad',
    'two-primaries',
    `${primaries.length} primaries at once: ${joinNames(each)}${patroni ? `; ${keySays(dcs !== undefined, key)}` : ''}`,
    `Writes may reach both.${key && primaries.includes(key) ? ` Patroni's leader is ${key}: keep applications off ${joinNames(primaries.filter((name) => name !== key))}.` : ` Keep applications off both until it is clear which one is right.${told}`}`,
  );
}

function silentHolder({ evidence: { key }, snapshot, patroni }: Facts): Finding {
  const holder = snapshot.members.find(({ name }) => name === key);
  const why = holder
    ? `does not answer (${silence(holder, patroni)})`
    : "is not in Trunkline's configuration, so it cannot be asked";
  const says = `${key} holds the leader key in etcd but ${why}`;
  const found = finding('bad', 'leader-silent', says, stillReceiving(snapshot.members));
  return key === undefined ? found : about(key, found);
}

/** A standby's WAL receiver notices a dead sender only after wal_receiver_timeout (60 s by default). */
function stillReceiving(members: readonly MemberReadings[]): string | undefined {
  const names = members.filter(({ sql }) => known(sql)?.walReceiver?.status === 'streaming').map(({ name }) => name);
  if (names.length === 0) return undefined;
  return `${joinNames(names)} still ${names.length === 1 ? 'has' : 'have'} a WAL connection: it died within the last minute, or it lives and only Trunkline cannot reach it.`;
}

function keySays(read: boolean, key: string | undefined): string {
  if (!read) return 'the leader key could not be read';
  return key === undefined ? 'the leader key is empty' : `the leader key names ${key}`;
}

function instead(primaries: readonly string[]): string {
  return primaries.length === 0 ? '; no member is' : `; ${joinNames(primaries)} acts as one without the key`;
}

function restAgainstSql({ snapshot, dcs }: Facts): readonly Finding[] {
  if (dcs?.config.standbyCluster) return [];
  return snapshot.members.flatMap(({ name, patroni, sql }) => {
    const role = known(patroni)?.role;
    const inRecovery = known(sql)?.inRecovery;
    if (role === undefined || inRecovery === undefined || (role === 'primary') === !inRecovery) return [];
    const bySql = inRecovery ? 'in recovery (a replica)' : 'not in recovery (a primary)';
    return [about(name, finding('bad', 'rest-against-sql', `${name}: REST says ${role}, SQL says it is ${bySql}`))];
  });
}

function keyAgainstSync({ dcs, evidence }: Facts): readonly Finding[] {
  if (!dcs?.sync?.leader || dcs.config.synchronousMode === 'off' || !evidence.leader) return [];
  if (dcs.sync.leader === evidence.leader) return [];
  return [
    finding(
      'warn',
      'sync-names-other-leader',
      `the /sync key in etcd still names ${dcs.sync.leader} as leader, ${evidence.leader} leads`,
    ),
  ];
}
