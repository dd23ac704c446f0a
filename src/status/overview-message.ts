import type { Message, Part } from '../core/message.ts';
import type { Reading } from '../core/reading.ts';
import { capitalised } from './finding-lines.ts';
import { headline } from './headline.ts';
import { type Judgement, rankOf } from './judge.ts';

/** A cluster and what it came to, or why it could not be judged at all. */
export interface Judged {
  readonly cluster: string;
  readonly environment: string;
  readonly judgement: Reading<Judgement>;
}

const FINDINGS_EACH = 3;

/** The answer to `status` without a cluster: all of them, worst first, one line each and what is wrong. */
export function overviewMessage(judged: readonly Judged[], nowMs: number): Message {
  const sorted = judged.toSorted((a, b) => rank(a) - rank(b) || (a.cluster < b.cluster ? -1 : 1));
  const healthy = judged.filter((one) => one.judgement.ok && one.judgement.value.overall === 'healthy').length;
  const summary =
    judged.length === 0
      ? 'You may see no cluster here'
      : healthy === judged.length
        ? `All ${judged.length} clusters healthy`
        : `${healthy} of ${judged.length} clusters healthy`;
  const first = sorted[0]?.judgement;
  const worst = first === undefined ? 'info' : first.ok ? headline(first.value).sign : 'bad';
  return {
    summary,
    parts: [
      { title: summary, sign: worst },
      ...sorted.flatMap(clusterParts),
      { note: ['Read ', { timeMs: nowMs }, '. More of one: ', { code: `/pg status ${sorted[0]?.cluster ?? 'CLUSTER'}` }] },
    ],
  };
}

function rank({ judgement }: Judged): number {
  return judgement.ok ? rankOf(judgement.value.overall) : -1;
}

function clusterParts({ cluster, environment, judgement }: Judged): readonly Part[] {
  if (!judgement.ok) return [{ sign: 'bad', line: [{ bold: cluster }, ` (${environment}): not read: ${judgement.why}`] }];
  const { sign, says } = headline(judgement.value);
  const telling = judgement.value.findings.filter((one) => one.sign !== 'info');
  const left = telling.length - FINDINGS_EACH;
  return [
    { sign, line: [{ bold: cluster }, ` (${environment})${says.slice(cluster.length)}`] },
    ...telling.slice(0, FINDINGS_EACH).map((one) => ({ sign: one.sign, line: capitalised(one.says), indent: 1 as const })),
    ...(left > 0 ? [{ line: [`and ${left} more: `, { code: `/pg status ${cluster}` }], indent: 1 as const }] : []),
  ];
}
