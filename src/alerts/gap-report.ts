import type { Message, Part } from '../core/message.ts';
import { formatDuration } from '../core/units.ts';

/** A time in which no bot watched an etcd, and what it came to. */
export interface GapReport {
  /** The same from every bot that finds it. */
  readonly id: string;
  /** The watch that was away: the etcd's name and the prefix. */
  readonly source: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /**
   * `away`: nobody watched, etcd still had every event. `cut`: the watch was cut from etcd and went on where it was. `compacted`: etcd had
   * deleted its history of that time. `restored`: etcd went back, or another one answers.
   */
  readonly how: 'away' | 'cut' | 'compacted' | 'restored';
  /** Leader changes of that time, each told by itself. */
  readonly told: number;
  /** What must have happened and can't be told one by one, by cluster. */
  readonly unobservable: readonly { readonly cluster: string; readonly count: number }[];
}

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
  const what =
    told + missing === 0
      ? 'no failover missed'
      : `${missing === 0 ? '' : 'at least '}${changes(told + missing)} while nobody watched, ${told} of them told`;
  const missed: readonly Part[] = missing === 0 ? [] : missingLines(report, missing);
  return {
    summary: `${source}: ${what} (${AWAY[report.how]} ${away})`,
    parts: [
      { title: [{ bold: source }, `: ${what}`], sign: missing > 0 ? 'warn' : told > 0 ? 'info' : 'ok' },
      { line: ['Between ', { timeMs: fromMs }, ' and ', { timeMs: untilMs }, ` ${AWAY[report.how]} ${away}.`] },
      ...(told === 0 ? [] : [{ line: `${told === 1 ? 'It has' : 'Each has'} a message of its own in this channel.` }]),
      ...missed,
      { note: SURE[report.how] },
    ],
  };
}

const AWAY: Readonly<Record<GapReport['how'], string>> = {
  away: 'the bot was away for',
  cut: 'the watch was cut from etcd for',
  compacted: 'the watch was behind by',
  restored: 'what etcd knew was lost for',
};

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
