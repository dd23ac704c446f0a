import { formatBytes, formatDuration } from './units.ts';

/** A report a second in what pg_rewind --progress says: `12345/67890 kB (18%) copied` (src/bin/pg_rewind/pg_rewind.c). */
const REPORT = /(\d+)\/(\d+) kB \((\d+)%\)/;

/**
 * How far a rewind is, by its last lines: `copied 45 MiB of 100 MiB (45 %), 20 MiB/s, about 3 s left`; before it copies, its last words.
 * Reports come once a second at most, so the rate is that of the last seconds, about.
 */
export function rewindProgress(lines: readonly string[]): string {
  const reports = lines.flatMap((line) => {
    const [, done, all, percent] = REPORT.exec(line) ?? [];
    return done === undefined || all === undefined ? [] : [{ done: Number(done) * 1024, all: Number(all) * 1024, percent }];
  });
  const [first, last] = [reports.at(-6) ?? reports[0], reports.at(-1)];
  if (!first || !last) return lines.at(-1)?.replace(/^.*?pg_rewind: /, '') ?? 'it has said nothing yet';
  const copied = `copied ${formatBytes(last.done)} of ${formatBytes(last.all)} (${last.percent} %)`;
  const perSecond = (last.done - first.done) / Math.max(1, Math.min(5, reports.length - 1));
  if (perSecond <= 0 || last.done >= last.all) return copied;
  const left = ((last.all - last.done) / perSecond) * 1000;
  return `${copied}, ${formatBytes(Math.round(perSecond))}/s, about ${formatDuration(Math.ceil(left / 1000) * 1000)} left`;
}
