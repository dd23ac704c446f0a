import type { Sign } from '../core/message.ts';
import { joinNames } from './join-names.ts';
import type { Judgement, Overall } from './judge.ts';
import { timelineOf } from './timeline-of.ts';

const SIGNS: Readonly<Record<Overall, Sign>> = { critical: 'bad', warning: 'warn', 'not fully read': 'unknown', healthy: 'ok' };

/** `billing: healthy, pg2 leads on timeline 7`, with its sign. */
export function headline(judgement: Judgement): { readonly sign: Sign; readonly says: string } {
  const { facts, overall } = judgement;
  return { sign: SIGNS[overall], says: `${facts.snapshot.cluster.name}: ${overallWords(judgement)}, ${whoLeads(judgement)}` };
}

function overallWords({ overall, findings }: Judgement): string {
  if (overall !== 'warning') return overall;
  const warnings = findings.filter(({ sign }) => sign === 'warn').length;
  return warnings === 1 ? '1 warning' : `${warnings} warnings`;
}

function whoLeads({ facts: { evidence, snapshot, dcs } }: Judgement): string {
  const leader = snapshot.members.find(({ name }) => name === evidence.leader);
  const timeline = leader ? timelineOf(leader, dcs) : undefined;
  switch (evidence.standing) {
    case 'leads':
      return `${evidence.leader} leads${timeline === undefined ? '' : ` on timeline ${timeline}`}`;
    case 'several':
      return `${joinNames(evidence.primaries)} act as primary at once`;
    case 'primary-without-key':
      return `${evidence.primary} acts as primary without the leader key`;
    case 'unread':
      return 'leader unknown';
    case 'silent-key':
      return `leader ${evidence.key} does not answer`;
    case 'key-without-primary':
    case 'none':
      return evidence.primary === undefined ? 'no leader' : `${evidence.primary} acts as primary without the leader key`;
  }
}
