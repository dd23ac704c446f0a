import { withoutConstants } from './sql-shape.ts';

/** Words of PostgreSQL after which a statement, or its parameters, stand. */
const STATEMENT =
  /^(.*?\b(?:STATEMENT: {2}|QUERY: {2}|statement: |execute [^:]*: |parse [^:]*: |bind [^:]*: |parameters: ))(.*)$/s;

/** Whether a statement, or its parameters, stand in the line. */
export const saysStatement = (text: string): boolean => STATEMENT.test(text);

/**
 * A line of a log without what may be a secret or somebody's data: constants of statements and parameters, the values of a key or a
 * row, and the value that PostgreSQL could not read. `goesOn`: it goes on from a line before, so it may be the middle of a statement.
 */
export function safeLogLine(text: string, goesOn: boolean): string {
  if (goesOn) return withoutConstants(text);
  const [, said, statement] = STATEMENT.exec(text) ?? [];
  if (said !== undefined && statement !== undefined) return `${quotesHidden(said)}${withoutConstants(statement)}`;
  return quotesHidden(text)
    .replace(/\)=\(.*?\)(?= |$|\.)/g, ')=(…)')
    .replace(/(Failing row contains )\(.*$/, '$1(…)')
    .replace(/((?:COPY [^,]+, line \d+(?:, column [^:]+)?|JSON data, line \d+): ).*$/, '$1…')
    .replace(/(\bToken )".*"( is invalid)/, '$1"…"$2')
    .replace(/(invalid input (?:syntax|value) [^"]*)".*$/, '$1"…"');
}

/** An apostrophe within a word (`server's`) begins no constant. */
function quotesHidden(text: string): string {
  return text.replace(/(?<![A-Za-z]{2})'(?:[^']|'')*(?:'|$)/g, "'?'");
}
