import type { Attachment, Message, Part } from '../core/message.ts';
import { formatLsn } from '../core/lsn.ts';
import { type Facts, isSilent } from './facts.ts';
import { behindWords, ownPositionWords, upstreamWords } from './lag-words.ts';
import { findingLines } from './finding-lines.ts';
import { mostAdvanced, positionWords } from './most-advanced.ts';
import { slotWords } from './primary-details.ts';
import { readNote } from './read-note.ts';
import { replicationFindings } from './replication-findings.ts';
import { slotFindings } from './slot-findings.ts';
import { standbySign } from './standby-sign.ts';
import type { StandbyLag } from './standby-lags.ts';
import { worstFirst } from './finding.ts';

/** The answer to `lag CLUSTER`: every standby's write, flush and replay lag, the slots, what is too much, and the picture. */
export function lagMessage(facts: Facts, pictures: readonly Attachment[]): Message {
  const title = `${facts.snapshot.cluster.name}: ${lagSummary(facts)}`;
  const wrong = worstFirst([...replicationFindings(facts), ...slotFindings(facts)]);
  return {
    summary: title,
    parts: [
      { title, sign: signOf(facts, wrong.length) },
      ...reference(facts),
      ...facts.lags.map((lag) => standbyLine(lag, facts)),
      ...slotLines(facts),
      ...(wrong.length > 0 ? [{ divider: true } as const] : []),
      ...findingLines(wrong),
      ...(pictures.length === 0 ? [{ note: 'No picture: Trunkline has no samples of the last minutes.' }] : []),
      readNote(facts.snapshot, { all: true }),
    ],
    ...(pictures.length > 0 ? { attachments: pictures } : {}),
  };
}

/** The answer to `lag` without a cluster: one line each, in the order of the names. */
export function lagOverview(all: readonly Facts[]): Message {
  const sorted = all.toSorted((a, b) => (a.snapshot.cluster.name < b.snapshot.cluster.name ? -1 : 1));
  const summary = `Replay lag of ${all.length} ${all.length === 1 ? 'cluster' : 'clusters'}`;
  return {
    summary,
    parts: [
      { title: summary },
      ...sorted.map((facts): Part => {
        const wrong = replicationFindings(facts).length;
        return { sign: signOf(facts, wrong), line: [{ bold: facts.snapshot.cluster.name }, `: ${lagSummary(facts)}`] };
      }),
      { note: ['One of them, with a picture: ', { code: `/pg lag ${sorted[0]?.snapshot.cluster.name ?? 'CLUSTER'}` }] },
    ],
  };
}

function lagSummary({ lags, evidence, primarySql }: Facts): string {
  if (lags.length === 0) return 'no standby to measure';
  if (!evidence.primary)
    return `lag cannot be measured, ${evidence.primaries.length > 1 ? 'there is more than one primary' : 'no primary answers'}`;
  if (!primarySql) return `lag not read, ${evidence.primary} does not answer by SQL`;
  const streaming = lags.filter(({ state }) => state === 'streaming');
  const worst = streaming.toSorted((a, b) => (b.replayBytes ?? 0) - (a.replayBytes ?? 0))[0];
  const most = worst ? behindWords('', worst.replayBytes, worst.replayMs)[0]?.trim() : undefined;
  const count = `${streaming.length} of ${lags.length} standbys stream`;
  return most ? `${count}, replay lag at most ${most}` : count;
}

function signOf({ primarySql }: Facts, wrong: number): 'ok' | 'warn' | 'unknown' {
  if (!primarySql) return 'unknown';
  return wrong > 0 ? 'warn' : 'ok';
}

function reference({ primarySql, snapshot, dcs }: Facts): readonly Part[] {
  if (primarySql) {
    const at = primarySql.sql.writeLsn;
    return at === undefined
      ? []
      : [{ sign: 'leader', line: [{ bold: primarySql.name }, `: leader, writes at ${formatLsn(at)}`] }];
  }
  const [first] = mostAdvanced(snapshot.members, dcs);
  return first ? [{ sign: 'info', line: `${first.name} has the most WAL, up to ${positionWords(first)}` }] : [];
}

function standbyLine(lag: StandbyLag, facts: Facts): Part {
  const member = facts.snapshot.members.find(({ name }) => name === lag.name);
  if (member && !member.sql.ok && isSilent(member, facts.patroni) && lag.state !== 'streaming')
    return { sign: 'bad', line: [{ bold: lag.name }, `: does not answer (SQL: ${member.sql.why})`] };
  const state = lag.state === 'unknown' ? 'lag not known' : lag.state;
  const from = lag.upstream ? [`from ${lag.upstream}`] : [];
  return {
    sign: standbySign(lag, facts.limits),
    line: [{ bold: lag.name }, `: ${[state, ...from, ...numbers(lag)].join(', ')}`],
  };
}

/** Measured by the primary; else the positions that the standby gives itself. */
function numbers(lag: StandbyLag): readonly string[] {
  const measured = [
    ...behindWords('write lag', lag.writeBytes, lag.writeMs),
    ...behindWords('flush lag', lag.flushBytes, lag.flushMs),
    ...behindWords('replay lag', lag.replayBytes, lag.replayMs),
  ];
  if (measured.length > 0) return [...measured, ...upstreamWords(lag)];
  return ownPositionWords(lag);
}

function slotLines({ primarySql }: Facts): readonly Part[] {
  return (primarySql?.sql.slots ?? []).map((slot) => ({ line: slotWords(slot), sign: 'info' }));
}
