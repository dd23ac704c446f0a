import type { Incident } from '../core/incident.ts';
import type { Part, Sign } from '../core/message.ts';
import type { Severity } from '../core/severity.ts';
import { formatDuration } from '../core/units.ts';
import { conditionWords, headOf } from './fold-condition.ts';
import { isOpen, weightOf } from './situation.ts';

const MOST = 12;

const SIGN: Readonly<Record<Severity, Sign>> = { critical: 'bad', warning: 'warn', info: 'info' };

/** One line for each condition beside the one that the incident is called after: what lasts first, the heaviest and oldest of it first. */
export function conditionLines(incident: Incident): readonly Part[] {
  const { conditions, cause } = incident;
  const head = headOf(incident);
  const all = Object.values(conditions)
    .filter((one) => one !== head)
    .sort((a, b) => rank(a) - rank(b) || a.raisedAtMs - b.raisedAtMs);
  if (all.length === 0 || (cause === 'condition' && Object.keys(conditions).length === 1)) return [];
  const rest = all.length - MOST;
  return [
    { line: cause === 'condition' ? 'Belongs together:' : 'Follows from it:' },
    ...all.slice(0, MOST).map(lineOf),
    ...(rest > 0 ? [{ line: `and ${rest} more`, indent: 1 as const }] : []),
  ];
}

function rank(condition: Incident['conditions'][string]): number {
  return isOpen(condition) ? ['critical', 'warning', 'info'].indexOf(weightOf(condition)) : 3;
}

function lineOf(condition: Incident['conditions'][string]): Part {
  const { says, raisedAtMs, clearedAtMs } = condition;
  if (clearedAtMs === undefined) return { line: says, sign: SIGN[weightOf(condition)], indent: 1 };
  const took = formatDuration(clearedAtMs - raisedAtMs);
  return { line: `${conditionWords(condition)}: over after ${took}`, sign: 'ok', indent: 1 };
}
