import type { Part, Span, Text } from '../core/message.ts';
import type { Finding } from './finding.ts';

/** One line for each finding, its hint below it. */
export function findingLines(findings: readonly Finding[]): readonly Part[] {
  return findings.flatMap(({ sign, says, hint }) => [
    { sign, line: capitalised(says) },
    ...(hint ? [{ line: hint, indent: 1 as const }] : []),
  ]);
}

/** Only a sentence of ordinary words is capitalised: member names stay as they are. */
export function capitalised(text: Text): Text {
  const spans: readonly Span[] = typeof text === 'object' && 'length' in text ? text : [text as Span];
  const [first, ...rest] = spans;
  if (
    typeof first !== 'string' ||
    !/^(no|of|if|every|free|who|synchronous|the|leader|slot|restart|switchover|failover|failsafe|holder)\b/.test(first)
  )
    return text;
  return [`${first.charAt(0).toUpperCase()}${first.slice(1)}`, ...rest];
}
