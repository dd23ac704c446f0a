import { fstatSync } from 'node:fs';

/** Calls `end` when the process that holds the other end of our standard input ends, however it ends. Does nothing without a pipe. */
export function onParentGone(end: () => void): void {
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) process.stdin.once('end', end).once('error', end).resume();
}
