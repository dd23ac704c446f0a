import type { GapReport } from '../core/gap-report.ts';
import type { Message, Part } from '../core/message.ts';
import { formatDuration } from '../core/units.ts';

/** Short restarts with nothing missed are for the log; a restored etcd is always told. */
export function isWorthTelling({ fromMs, untilMs, how, told, unobservable }: GapReport, afterMs: number): boolean {
  return how === 'restored' || told > 0 || unobservable.length > 0 || untilMs - fromMs >= afterMs;
}

/** How many changes can't be told one by one. */
export function countUnobservable({ unobservable }: GapReport): number {
  return unobservable.reduce((sum, { count }) => sum + count, 0);
}

/** What was missed while nobody watched, for the alerts channel. */
export function gapMessage(report: GapReport): Message {
  const { source, fromMs, untilMs, told } = report;
  const missing = countUnobservable(report);
  const away = formatDuration(untilMs - fromMs);
  const what = whatOf(report, missing);
  const missed: readonly Part[] = missing === 0 ? [] : missingLines(report, missing);
  return {
    summary: `${source}: ${what} (${AWAY[report.how]} ${away})`,
    parts: [
      { title: [{ bold: source }, `: ${what}`], sign: signOf(report, missing) },
      { line: ['Between ', { timeMs: fromMs }, ' and ', { timeMs: untilMs }, ` ${AWAY[report.how]} ${away}.`] },
      ...(told === 0 ? [] : [{ line: `${told === 1 ? 'It has' : 'Each has'} a message of its own in this channel.` }]),
      ...missed,
      { note: report.isUnfinished ? UNFINISHED : SURE[report.how] },
    ],
  };
}

function whatOf({ told, isUnfinished }: GapReport, missing: number): string {
  if (isUnfinished && told === 0) return 'nobody watched, and not all of that time is looked through';
  if (isUnfinished) return `nobody watched, ${changes(told)} of that time told so far`;
  if (told + missing === 0) return 'no failover missed';
  return `${missing === 0 ? '' : 'at least '}${changes(told + missing)} while nobody watched, ${told} of them told`;
}

function signOf({ told, isUnfinished }: GapReport, missing: number): 'warn' | 'info' | 'ok' {
  if (missing > 0 || isUnfinished) return 'warn';
  return told > 0 ? 'info' : 'ok';
}

const AWAY: Readonly<Record<GapReport['how'], string>> = {
  away: 'the bot was away for',
  cut: 'the watch was cut from etcd for',
  compacted: 'the watch was behind by',
  restored: 'what etcd knew was lost for',
};

const UNFINISHED =
  'The bot that looked through that time ended before it had seen all of it. What else happened then is told by the one that went on.';

const SURE: Readonly<Record<GapReport['how'], string>> = {
  away: 'etcd still had every event of that time.',
  cut: 'The watch went on after the last event that it had delivered.',
  compacted:
    "etcd has deleted its history of that time, so this is by Patroni's history and the leader keys: a leader key that was lost and taken back twice or more counts once.",
  restored:
    "etcd was restored from a backup or made anew, so this is by Patroni's history and the leader keys as they are now. See that every cluster has its right leader.",
};

function missingLines({ unobservable }: GapReport, missing: number): readonly Part[] {
  const where = unobservable.map(({ cluster, count }) => `${cluster} ${count}`).join(', ');
  return [
    { line: `At least ${changes(missing)} can not be told one by one: ${where}`, sign: 'warn' },
    { line: [{ code: '/pg history CLUSTER' }, ' shows what Patroni has kept of its promotions.'] },
  ];
}

const changes = (count: number): string => `${count} leader ${count === 1 ? 'change' : 'changes'}`;
