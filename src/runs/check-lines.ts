import type { Check } from '../core/check.ts';
import { hintText } from '../core/hint-text.ts';
import type { Part, Sign } from '../core/message.ts';
import type { Overrides } from './overrides.ts';

const SIGNS: Readonly<Record<Check['verdict'], Sign>> = { pass: 'ok', warn: 'warn', block: 'bad' };
const WORST_FIRST: readonly Check['verdict'][] = ['block', 'warn', 'pass'];

/** Every check with its sign, value and limit, the worst first. */
export function allChecks(checks: readonly Check[]): readonly Part[] {
  return WORST_FIRST.flatMap((verdict) => checks.filter((check) => check.verdict === verdict)).flatMap(lines);
}

/** The checks that need attention in full, the passed ones as a count; what is overridden stands elsewhere. */
export function shortChecks(checks: readonly Check[], overrides: Overrides = []): readonly Part[] {
  const open = checks.filter(({ id, verdict }) => verdict !== 'pass' && !overrides.some(({ check }) => check === id));
  const passes = checks.filter(({ verdict }) => verdict === 'pass').length;
  const all = passes === 1 ? '1 check passed (in the thread)' : `${passes} checks passed (in the thread)`;
  return [...allChecks(open), ...(passes > 0 ? [{ line: all, sign: 'ok' as const }] : [])];
}

const WORDS: Readonly<Record<Check['verdict'], string>> = { pass: '', warn: 'Warning: ', block: 'Blocked: ' };

function lines({ verdict, says, limit, hint }: Check): readonly Part[] {
  const line: Part = { line: `${WORDS[verdict]}${says}${limit ? ` (limit: ${limit})` : ''}`, sign: SIGNS[verdict] };
  return hint === undefined ? [line] : [line, { line: hintText(hint), indent: 1 }];
}
