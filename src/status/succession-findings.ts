import { formatBytes } from '../core/units.ts';
import { type Facts, isSilent } from './facts.ts';
import { type Finding, finding } from './finding.ts';
import { joinNames } from './join-names.ts';
import { mostAdvanced, positionWords } from './most-advanced.ts';
import { notEligible } from './not-eligible.ts';

/** With no leader: who has the most WAL, who may take over, and what Patroni waits for. */
export function successionFindings(facts: Facts): readonly Finding[] {
  const { evidence, patroni } = facts;
  if (evidence.primary !== undefined || evidence.standing === 'several') return [];
  return [...advanced(facts), ...(patroni ? waits(facts) : [])];
}

function advanced({ snapshot, dcs, patroni }: Facts): readonly Finding[] {
  const all = mostAdvanced(snapshot.members, dcs);
  const silent = snapshot.members.filter((member) => isSilent(member, patroni)).map(({ name }) => name);
  const answering = all.filter(({ name }) => !silent.includes(name));
  const [first, ...rest] = answering.length > 0 ? answering : all;
  if (!first) return [finding('info', 'most-advanced', 'who has the most WAL is unknown: no position could be read')];
  const lost = answering.length > 0 ? all.filter(({ name }) => silent.includes(name)) : [];
  const others = [
    ...rest.map((one) => `${one.name} ${differenceWords(one.lsn - first.lsn)}${one.by === first.by ? '' : ` (by ${one.by})`}`),
    ...lost.map((one) => `${one.name}, which is silent, last reported ${differenceWords(one.lsn - first.lsn)}`),
  ];
  const also = others.length === 0 ? '' : `; ${others.join('; ')}`;
  const who = silent.length > 0 && answering.length > 0 ? `of those that answer, ${first.name}` : first.name;
  return [finding('info', 'most-advanced', `${who} has the most WAL, up to ${positionWords(first)}${also}`)];
}

function differenceWords(bytes: number): string {
  if (bytes === 0) return 'as much';
  return `${formatBytes(Math.abs(bytes))} ${bytes < 0 ? 'less' : 'more'}`;
}

function waits(facts: Facts): readonly Finding[] {
  const { dcs, evidence, snapshot } = facts;
  if (!dcs) return [waitsFor('etcd', 'Patroni waits for etcd: without it nobody is promoted', 'bad')];
  if (dcs.config.paused)
    return [waitsFor('resume', 'Patroni waits for a person: it is paused and promotes nobody by itself', 'bad')];
  if (evidence.standing === 'silent-key') return [lease(facts), ...barred(facts)];
  if (evidence.standing === 'key-without-primary')
    return [waitsFor('promotion', `Patroni waits for ${evidence.key} to finish its promotion or start as primary`)];
  const barredMembers = snapshot.members.filter((member) => notEligible(member, facts) !== undefined);
  const free = snapshot.members.filter((member) => !barredMembers.includes(member)).map(({ name }) => name);
  if (free.length === 0) return [waitsFor('candidate', 'Patroni waits: no member may take over', 'bad'), ...barred(facts)];
  const within = `within about ${dcs.config.loopWaitS} s (loop_wait)`;
  return [waitsFor('race', `${joinNames(free)} may take over; Patroni decides ${within}`), ...barred(facts)];
}

/** etcd drops the key when its lease ends, at most `ttl` after the last renewal (Patroni docs/dynamic_configuration.rst). */
function lease({ dcs, evidence }: Facts): Finding {
  const ttl = dcs?.config.ttlS ?? 30;
  return waitsFor(
    'lease',
    `Patroni waits for the lease of ${evidence.key}: its leader key lasts up to ${ttl} s (ttl) after it went silent, then a standby takes over`,
  );
}

function barred(facts: Facts): readonly Finding[] {
  return facts.snapshot.members.flatMap((member) => {
    if (isSilent(member, facts.patroni)) return [];
    const why = notEligible(member, facts);
    return why === undefined ? [] : [finding('info', 'not-eligible', `${member.name} may not take over: ${why}`)];
  });
}

function waitsFor(what: string, says: string, sign: 'bad' | 'info' = 'info'): Finding {
  return finding(sign, `waits-for-${what}`, says);
}
