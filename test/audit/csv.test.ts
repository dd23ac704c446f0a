import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CSV_HEADER, csvLine } from '../../src/audit/csv.ts';
import { factsOf } from '../support/store-of.ts';

const entryOf = (why: string) => ({ ...factsOf({ why, who: 'U0OLGA' }), seq: 1, prev: '0'.repeat(64) });

/** As a reader of RFC 4180 takes a line apart. */
const cellsOf = (line: string) =>
  [...`${line},`.matchAll(/("(?:[^"]|"")*"|[^",]*),/g)].map(([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );

it('begins no cell as a formula, whatever a reason holds, and keeps an entry on one line', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(fc.constantFrom('=', '+', '-', '@', '\t=', '\r', ' =', '＝', '"='), fc.string()).map(([a, b]) => a + b),
  );
  fc.assert(
    fc.property(text, (why) => {
      const line = csvLine(entryOf(why), 'f'.repeat(64));
      expect(line).not.toMatch(/[\n\r\t\u2028]/);
      expect(cellsOf(line)).toHaveLength(16);
      for (const cell of cellsOf(line)) expect(cell).not.toMatch(/^\s*[=+\-@|%]/);
    }),
    { numRuns: 500, examples: [['a,=b'], ['x",=1']] },
  );
});

it('writes a cell for each column, with quotes doubled', () => {
  const line = csvLine(entryOf('=HYPERLINK("http://x", "y")'), 'f'.repeat(64));
  expect(line).toContain(`"'=HYPERLINK(""http://x"", ""y"")"`);
  expect(CSV_HEADER.split(',')).toHaveLength(16);
  expect(csvLine(entryOf('plain'), '').split(',')).toHaveLength(16);
});
