import type { Dcs, MemberReadings } from './cluster.ts';
import type { Reading } from './reading.ts';
import type { Seen, Sighting } from './sighting.ts';

/** What a leader's death is judged from. */
export interface LeaderEvidence {
  readonly leader: string;
  /** Absent for a cluster without Patroni. */
  readonly dcs?: Reading<Dcs>;
  /** Of all members, the leader too, asked from here. */
  readonly members: readonly MemberReadings[];
  /** From the other members' hosts. */
  readonly sightings: readonly Sighting[];
}

/** Each entry is a clause. The leader is dead when nothing shows life and at least one other host was asked. */
export interface LifeSigns {
  /** What shows that it lives, or that somebody leads. */
  readonly alive: readonly string[];
  /** Replicas that still receive WAL from it. */
  readonly receivers: readonly string[];
  /** What could not be asked, so that it says nothing. */
  readonly unknown: readonly string[];
  /** Hosts that looked and saw nothing. */
  readonly witnesses: readonly string[];
}

/**
 * Looks for signs of life of a leader: from here by REST and SQL, from the other members' hosts by pg_isready and REST, from the DCS, and
 * from the WAL receivers of the replicas, which see a leader that nobody else reaches (Orchestrator asks the replicas for the same reason).
 */
export function lifeSigns({ leader, dcs, members, sightings }: LeaderEvidence): LifeSigns {
  const own = members.find(({ name }) => name === leader);
  const others = members.filter(({ name }) => name !== leader);
  const looked = sightings.flatMap(({ from, seen }) => (seen.ok ? [{ from, ...seen.value }] : []));
  return {
    alive: [
      ...(dcs?.ok && dcs.value.leader !== undefined ? [`${dcs.value.leader} holds the leader key`] : []),
      ...(own?.patroni.ok ? [`its Patroni answers from here (${own.patroni.value.role}, ${own.patroni.value.state})`] : []),
      ...(own?.sql.ok ? ['its PostgreSQL answers from here by SQL'] : []),
      ...seenFrom(looked),
      ...others.filter(({ sql }) => sql.ok && !sql.value.inRecovery).map(({ name }) => `${name} is out of recovery`),
    ],
    receivers: others.filter((one) => receivesFrom(one, others)).map(({ name }) => name),
    unknown: [
      ...(dcs === undefined || dcs.ok ? [] : [`the DCS cannot be read: ${dcs.why}`]),
      ...sightings.flatMap(({ from, seen }) => (seen.ok ? [] : [`${from} could not look: ${seen.why}`])),
      ...others.flatMap(({ name, sql }) => (sql.ok ? [] : [`whether ${name} still receives could not be read: ${sql.why}`])),
    ],
    witnesses: looked.filter(({ postgres, rest }) => postgres === 'silent' && rest === 'silent').map(({ from }) => from),
  };
}

/** What other hosts reach of it, each thing with all that reach it. */
function seenFrom(looked: readonly (Seen & { readonly from: string })[]): readonly string[] {
  const signs = new Map<string, string[]>();
  const note = (sign: string, from: string) => signs.set(sign, [...(signs.get(sign) ?? []), from]);
  for (const { from, postgres } of looked) if (postgres !== 'silent') note(`its PostgreSQL ${postgres} connections from`, from);
  for (const { from, rest } of looked) if (rest !== 'silent') note('something answers at its REST port from', from);
  return [...signs].map(([sign, hosts]) => `${sign} ${hosts.join(' and ')}`);
}

/** A WAL receiver that is connected, unless it is known to be connected to another of the replicas (a cascade). */
function receivesFrom({ sql }: MemberReadings, replicas: readonly MemberReadings[]): boolean {
  const receiver = sql.ok ? sql.value.walReceiver : undefined;
  if (!receiver || !['streaming', 'waiting'].includes(receiver.status)) return false;
  return !replicas.some(({ host }) => host === receiver.senderHost);
}
