import { type ErrorKind, TrunklineError } from '../core/errors.ts';
import { hintText } from '../core/hint-text.ts';
import type { Message, Part, Sign } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import { LIMITS } from './limits.ts';
import { plainTextOf } from './text.ts';

interface Wording {
  readonly sign: Sign;
  readonly label: string;
}

const WORDING: Readonly<Record<ErrorKind, Wording>> = {
  refusal: { sign: 'warn', label: 'Not done' },
  unreachable: { sign: 'warn', label: 'Not reachable' },
  unauthorised: { sign: 'bad', label: 'Not allowed' },
  stale: { sign: 'warn', label: 'Out of date' },
  bug: { sign: 'bad', label: 'A mistake in Trunkline' },
};

/** What a person is told of an error: what happened and why, what to do next, and where in the log it is found. */
export function errorMessage(error: unknown, reference: string): Message {
  const known = error instanceof TrunklineError ? error : undefined;
  const kind = known?.kind ?? 'bug';
  const { sign, label } = WORDING[kind];
  const what = sentence(known?.message ?? 'something went wrong that nobody foresaw');
  const hint = known?.hint ?? 'Nothing is known to have been changed. Try again; if it stays, report it.';
  const parts: Part[] = [{ line: [{ bold: label }, `: ${what}`], sign }, { line: hintText(hint) }];
  if (kind === 'bug') parts.push({ note: ['The log has the details under the reference ', { code: reference }, '.'] });
  return { summary: `${label}: ${what}`, parts };
}

/** An error as one field of a form shows it: plain text, its first letter large, no mark-up. */
export function fieldError({ message, hint }: TrunklineError, redact: Redact): string {
  const says = `${capitalised(sentence(message))} ${hint.replaceAll('`', '')}`;
  return plainTextOf(says, LIMITS.fieldError, redact).text;
}

/** True for errors that belong in the log as errors, because no person can put them right by asking differently. */
export function isOurFault(error: unknown): boolean {
  return !(error instanceof TrunklineError) || error.kind === 'bug';
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function sentence(clause: string): string {
  return /[.!?…]$/u.test(clause) ? clause : `${clause}.`;
}
