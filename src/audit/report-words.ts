import { formatDuration } from '../core/units.ts';
import type { ChainReport } from './chain-check.ts';

/** A report in plain words, one line each; `place` is what was checked. */
export function reportLines(
  place: string,
  { faults, faultCount, entries, first, head, signed, notes, openBefore }: ChainReport,
  { nowMs, openAfterMs }: { readonly nowMs: number; readonly openAfterMs: number },
): readonly string[] {
  const lines = faults.map((fault) => `FAULT ${place}: ${fault}`);
  if (faultCount > faults.length) lines.push(`FAULT ${place}: and ${faultCount - faults.length} more`);
  const range = entries === 0 ? 'it holds no entry' : `${entries} entries, ${first} to ${head.seq}`;
  const whole = entries > 0 && faultCount === 0 ? ', are whole' : '';
  lines.push(`${place}: ${range}${whole}${entries > 0 ? `; the last has the hash ${head.hash}` : ''}`);
  if (signed.genuine > 0) lines.push(signedLine(place, signed.genuine, signed.lastSeq, head.seq));
  if (signed.unjudged > 0)
    lines.push(`${place}: ${signed.unjudged} signed heads were not checked, because no key is known; give --public-key`);
  if (signed.genuine + signed.unjudged === 0 && entries > 0)
    lines.push(`${place}: no head is signed, so a tail that was cut off would not show; compare with --head`);
  return [...lines, ...notes, ...openBefore(nowMs - openAfterMs).map((run) => openLine(place, run, nowMs))];
}

function signedLine(place: string, genuine: number, lastSeq: number, headSeq: number): string {
  const after = headSeq - lastSeq - 1;
  const open = after > 0 ? `; ${after} entries came after it and are not signed yet` : '';
  return `${place}: ${genuine} signed heads are genuine, the last at entry ${lastSeq}${open}`;
}

function openLine(
  place: string,
  { run, cluster, sinceMs, last }: ReturnType<ChainReport['openBefore']>[number],
  nowMs: number,
): string {
  return `${place}: open, which is no fault of the log: run ${run} on ${cluster} was started ${formatDuration(nowMs - sinceMs)} ago and has no end; its last line is '${last}'`;
}
