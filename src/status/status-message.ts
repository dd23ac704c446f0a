import type { Message, Part } from '../core/message.ts';
import type { Context } from './context.ts';
import { contextLines } from './context-lines.ts';
import { findingLines } from './finding-lines.ts';
import { headline } from './headline.ts';
import type { Judgement } from './judge.ts';
import { memberLine } from './member-line.ts';
import { modeLine } from './mode-line.ts';
import { readNote } from './read-note.ts';
import { detailParts } from './status-details.ts';

/** The answer to `status CLUSTER`: the state at a glance, then only what is worth saying; with `all` everything else in the thread. */
export function statusMessage(judgement: Judgement, context: Context, options: { readonly all: boolean }): Message {
  const { facts, findings } = judgement;
  const { sign, says } = headline(judgement);
  const parts: readonly Part[] = [
    { title: says, sign },
    ...facts.snapshot.members.map((member) => memberLine(member, facts)),
    ...modeLine(facts),
    ...(findings.length > 0 ? [{ divider: true } as const] : []),
    ...findingLines(findings),
    ...contextLines(context, facts),
    readNote(facts.snapshot, options),
  ];
  return { summary: says, parts, ...(options.all ? { thread: detailParts(facts) } : {}) };
}
