import { randomBytes } from 'node:crypto';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal, type TrunklineError } from '../core/errors.ts';
import type { SilenceTerms } from '../core/incident-ledger.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import { type Silence, SilenceId } from '../core/silence.ts';
import { formatDuration } from '../core/units.ts';
import { admit, answer, audited, factsOf, given, may } from './incident-deed.ts';
import type { IncidentLedgerNeeds } from './incident-ledger-needs.ts';
import { silenceWords } from './silence-words.ts';

const SHORTEST_MS = 60_000;
const LONGEST_MS = 7 * 86_400_000;
const MOST_ID = 20;

/** What is wrong with an etcd is told of the etcd, whichever cluster it was typed for. */
export function ownPlace({ etcdOf }: IncidentLedgerNeeds, terms: SilenceTerms): SilenceTerms {
  if (!terms.situation?.startsWith('etcd-')) return terms;
  const etcd = etcdOf(terms.cluster);
  if (etcd === undefined) throw refusal(`${terms.cluster} has no etcd`, 'Name the cluster of Patroni that uses it.');
  return { ...terms, cluster: etcd };
}

/** Keeps a silence. @throws Refusal for a time that is too short or too long. */
export async function silence(needs: IncidentLedgerNeeds, terms: SilenceTerms, by: Asker): Promise<Message> {
  const { cluster, reason, forMs, ...what } = terms;
  return audited(needs, by, { what: 'silence.add', about: silenceWords(terms) }, async (told) => {
    told.cluster = cluster;
    await admit(needs, by, 'ask', cluster);
    if (forMs < SHORTEST_MS || forMs > LONGEST_MS) throw unfitTime(forMs);
    const atMs = needs.clock.now();
    const times = { fromMs: atMs, untilMs: atMs + forMs };
    const made: Silence = { id: newId(), cluster, ...what, by: by.userId, reason: given(reason), ...times };
    await needs.silences.add(made, factsOf(by, told, { result: made.id, atMs }));
    return silenced(made, forMs);
  });
}

function unfitTime(forMs: number): TrunklineError {
  const how = forMs < SHORTEST_MS ? 'too short' : 'too long, as nobody would remember it';
  return refusal(`a silence of ${formatDuration(forMs)} is ${how}`, 'From one minute to seven days can be given: --for 2h.');
}

function silenced(made: Silence, forMs: number): Message {
  const says = `Silenced for ${formatDuration(forMs)}: ${silenceWords(made)}`;
  return {
    summary: says,
    parts: [
      { title: says, sign: 'ok' },
      { line: ['By ', { person: made.by }, ' until ', { timeMs: made.untilMs }, `: ${made.reason}`] },
      { line: 'Warnings are kept and posted when it ends while they last. What is critical is posted, but calls nobody.' },
      { note: ['End it before with ', { code: `/pg unsilence ${made.id}` }, '; ', { code: '/pg silences' }, ' lists all.'] },
    ],
  };
}

/** Ends a silence: one's own or anybody's. @throws Refusal for one that is not there or over. */
export async function unsilence(needs: IncidentLedgerNeeds, id: string, by: Asker): Promise<Message> {
  return audited(needs, by, { what: 'silence.end', about: id }, async (told) => {
    const found = SilenceId.safeParse(id).success ? await needs.silences.get(id) : undefined;
    if (!found) throw await unknownSilence(needs, id, by);
    told.cluster = found.cluster;
    await admit(needs, by, 'ask', found.cluster);
    const atMs = needs.clock.now();
    if (found.untilMs <= atMs) throw refusal(`silence ${id} has ended by itself`, 'See `/pg silences` for those that last.');
    const result = await needs.silences.end(found, factsOf(by, told, { result: 'ended', atMs }));
    if (result === 'none') throw refusal(`silence ${id} was ended by somebody else just now`, 'See `/pg silences`.');
    return answer(`Not silenced any more: ${silenceWords(found)}. What lasts is posted now`);
  });
}

async function unknownSilence(needs: IncidentLedgerNeeds, id: string, by: Asker): Promise<TrunklineError> {
  const seen: string[] = [];
  for (const one of await needs.silences.list()) if (await may(needs, by, 'see', one.cluster)) seen.push(one.id);
  const near = didYouMean(id, seen);
  return refusal(`there is no silence ${id.slice(0, MOST_ID)}`, near ? `Did you mean ${near}?` : 'See `/pg silences`.');
}

function newId(): string {
  return `s${randomBytes(4).readUInt32BE().toString(36).padStart(7, '0').slice(-7)}`;
}
