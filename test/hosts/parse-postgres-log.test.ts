import { expect, it } from 'vitest';
import { parsePostgresLog } from '../../src/hosts/parse-postgres-log.ts';

const SINCE = Date.parse('2026-11-22T12:00:00Z');

it('reads the default prefix, leaves out what is older, and keeps lines that go on from one that is kept', () => {
  const text = [
    '2026-11-22 11:59:59.123 UTC [1] LOG:  old',
    '\tof two lines',
    '2026-11-22 12:00:01.123 UTC [2] app@shop ERROR:  syntax error',
    '\twhere c = 1\u0007',
    '',
  ].join('\n');
  expect(parsePostgresLog(text, SINCE)).toEqual([
    { at: '2026-11-22 12:00:01.123 UTC', text: '[2] app@shop ERROR:  syntax error' },
    { text: ' where c = 1' },
  ]);
});

it('marks a line that it cuts', () => {
  const [line] = parsePostgresLog(`2026-11-22 12:00:01.123 UTC [2] STATEMENT:  ${'x'.repeat(2000)}`, SINCE);
  expect(line?.text).toMatch(/^\[2\] STATEMENT: {2}x{900,}…$/);
  expect(line?.text).toHaveLength(1000);
});

it('keeps lines whose time it cannot read, as leaving them out could hide the one that matters', () => {
  expect(parsePostgresLog('2026-11-22 10:00:00.000 CET [1] LOG:  x\n{"message":"y"}\n', SINCE)).toHaveLength(2);
});
