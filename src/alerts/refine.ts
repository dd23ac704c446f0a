import type { SituationName } from '../core/situation-name.ts';
import type { HostSight, LossEvidence } from './loss-evidence.ts';
import { seenOf } from './seen-of.ts';

/** The name of what happened, as far as it is known, a sentence, and what was seen that makes it so, in clauses. */
export interface Refined {
  readonly situation: SituationName;
  readonly says: string;
  readonly evidence: readonly string[];
}

type Rule = (of: LossEvidence) => Pick<Refined, 'situation' | 'says'> | undefined;

/**
 * What a lost leader died of, by all that was seen of it; the first rule that holds names it. Pure. `undefined` while nothing is known
 * beyond what the DCS said. The order: what may destroy data first, then what the DCS alone proves, then what asking the old leader, the
 * other hosts and its own host tells.
 */
export function refine(of: LossEvidence): Refined | undefined {
  for (const rule of RULES) {
    const named = rule(of);
    if (named) return { ...named, evidence: seenOf(of) };
  }
  return undefined;
}

const moved = ({ now, leader }: LossEvidence): boolean => now !== undefined && now !== leader;
const isPrimary = ({ sql }: LossEvidence): boolean => sql?.answer === 'server' && sql.inRecovery === false;
const isStandby = ({ sql }: LossEvidence): boolean => sql?.answer === 'server' && sql.inRecovery === true;
const sqlAnswers = ({ sql }: LossEvidence): boolean => sql?.answer === 'server';
const restAnswers = ({ rest }: LossEvidence): boolean => rest?.answer === 'server';
const restIsDown = ({ rest }: LossEvidence): boolean => rest !== undefined && rest.answer !== 'server';
const sqlIsDown = ({ sql }: LossEvidence): boolean => sql !== undefined && sql.answer !== 'server';
const isRefused = ({ sql, rest }: LossEvidence): boolean => sql?.answer === 'host' || rest?.answer === 'host';
const lives = ({ sees }: HostSight): boolean => sees === 'postgres' || sees === 'patroni';
const seenAlive = ({ others = [] }: LossEvidence): readonly HostSight[] => others.filter(lives);
const seenDead = ({ others = [] }: LossEvidence): readonly HostSight[] => others.filter(({ sees }) => sees === 'nothing');
const names = (sights: readonly HostSight[]): string => sights.map(({ from }) => from).join(' and ');
/** Patroni's states of a PostgreSQL that does not run and was not stopped (patroni/postgresql/misc.py). */
const FAILED = ['crashed', 'start failed', 'restart failed'];
const saysFailed = ({ rest, server }: LossEvidence): boolean =>
  (rest?.answer === 'server' && FAILED.includes(rest.state ?? '')) ||
  (server?.running === false && server.control === 'in production');

/** Longer than a promotion takes (1.5 to 4 s where it was measured), and most restarts. */
const UNPROVEN_MS = 15_000;

const RULES: readonly Rule[] = [
  (of) => {
    if (!of.probeStopped?.startsWith('two primaries')) return undefined;
    return { situation: 'two-primaries', says: of.probeStopped };
  },
  (of) => {
    if (!of.now || !of.unproven || of.unproven.forMs < UNPROVEN_MS) return undefined;
    return {
      situation: 'key-without-primary',
      says: `${of.now} holds the leader key, and nothing proves a primary behind it: ${of.unproven.why}`,
    };
  },
  (of) => {
    if (!moved(of) || !isPrimary(of) || !of.isProven || restIsDown(of)) return undefined;
    const says = `${of.leader} and ${of.now} both say by SQL that they are the primary: writes may go to both`;
    return { situation: 'two-primaries', says };
  },
  (of) => {
    if (of.key !== 'overwritten') return undefined;
    return { situation: 'leader-overwritten', says: of.overwrote ?? 'a member wrote its name over the leader key of another' };
  },
  (of) => {
    if (of.key !== 'asked') return undefined;
    const to = moved(of) ? ` to ${of.now}` : '';
    return {
      situation: 'switchover',
      says: `somebody asked Patroni for a switchover from ${of.leader}${to}, not through Trunkline`,
    };
  },
  (of) => {
    if (of.key !== 'held' || !of.saidCrashed) return undefined;
    return { situation: 'postgres-crashed', says: `PostgreSQL on the leader ${of.leader} crashed; Patroni restarts it in place` };
  },
  (of) => {
    if (of.key !== 'held' || !of.saidRestarted) return undefined;
    return { situation: 'restart-in-place', says: `${of.leader} was restarted where it is and leads on a higher timeline` };
  },
  (of) => {
    if (of.now !== of.leader || of.key === 'held') return undefined;
    if (saysFailed(of) || of.saidCrashed)
      return {
        situation: 'restart-in-place',
        says: `PostgreSQL on ${of.leader} crashed and leads again, nobody else was promoted`,
      };
    return {
      situation: 'leader-blip',
      says: `${of.leader} lost the leader key for a moment and has it again; nobody else was promoted`,
    };
  },
  (of) => {
    if (!restIsDown(of) || !sqlAnswers(of) || of.key === 'released') return undefined;
    const both = moved(of) && of.isProven ? `, and so does ${of.now}: two primaries` : '';
    const role = isPrimary(of) ? `still takes writes${both}` : 'still answers by SQL';
    return { situation: 'patroni-hung', says: `Patroni on ${of.leader} hangs or is dead, while its PostgreSQL ${role}` };
  },
  (of) => {
    if (of.key !== 'lease-ended' || !restAnswers(of) || saysFailed(of)) return undefined;
    const role = isStandby(of) ? ' and made PostgreSQL read-only' : '';
    return {
      situation: 'network-cut',
      says: `${of.leader} lives, but could not renew its lease${role}: it was cut from etcd, or too slow`,
    };
  },
  (of) => {
    if (of.key !== 'lease-ended' || of.logged === undefined) return undefined;
    return { situation: 'network-cut', says: `${of.leader} lived while nobody heard of it, as its own log says: it was cut off` };
  },
  (of) => {
    if (!saysFailed(of)) return undefined;
    return {
      situation: 'postgres-crashed',
      says: `PostgreSQL on ${of.leader} crashed${moved(of) ? ', so another member leads' : ''}`,
    };
  },
  (of) => {
    if (of.key !== 'released') return undefined;
    const how = restIsDown(of)
      ? 'Patroni there was stopped, or its host was shut down'
      : 'Patroni there runs and gave the key up';
    return {
      situation: 'leader-released',
      says: `${of.leader} gave up the leader key and nobody asked for a switchover: ${how}`,
    };
  },
  (of) => {
    if (of.key !== 'held' || !of.isRenewed || !restIsDown(of)) return undefined;
    return {
      situation: 'network-cut',
      says: `${of.leader} renews its lease, so it lives: the network between it and Trunkline is cut`,
    };
  },
  (of) => {
    const alive = seenAlive(of);
    if (!restIsDown(of) || !sqlIsDown(of) || alive.length === 0) return undefined;
    return { situation: 'network-cut', says: `${of.leader} lives, as ${names(alive)} can see: the network to it is cut` };
  },
  (of) => {
    if (!restIsDown(of) || !sqlIsDown(of) || !isRefused(of)) return undefined;
    return {
      situation: 'postgres-crashed',
      says: `the host of ${of.leader} is up, but neither PostgreSQL nor Patroni runs there: both were killed or stopped`,
    };
  },
  (of) => {
    if (!restIsDown(of) || !sqlIsDown(of)) return undefined;
    const dead = seenDead(of);
    const who = dead.length > 0 ? `; ${names(dead)} ${dead.length === 1 ? 'sees' : 'see'} nothing of it either` : '';
    // Until the others have said what they see, a host that is cut from here alone looks the same.
    if (of.others === undefined && of.key === 'held') return undefined;
    const how = dead.length > 0 ? 'is down or cut from everything' : 'does not answer: it is down or cut off';
    return { situation: 'host-lost', says: `the host of ${of.leader} ${how}${who}` };
  },
];
