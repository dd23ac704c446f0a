import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** What a process costs from `start` on. */
export interface ProcessCost {
  /** Share of one core since the start, in per cent. */
  cpuPercent(): number;
  /** The most that was resident since the start of the measurement, in MiB (proc(5): VmHWM, which writing 5 to clear_refs resets). */
  peakMib(): number;
  /** The same from the start of the process to that of the measurement. */
  readonly peakBeforeMib: number;
}

export function processCost(pid: number): ProcessCost {
  const ticksPerS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const peakMib = () => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  const peakBeforeMib = peakMib();
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const begun = { ticks: ticksOf(pid), atMs: performance.now() };
  return {
    cpuPercent: () => ((ticksOf(pid) - begun.ticks) / ticksPerS / ((performance.now() - begun.atMs) / 1000)) * 100,
    peakMib,
    peakBeforeMib,
  };
}

/** User and system time (proc(5), stat: fields 14 and 15; the name before them may hold spaces). */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
