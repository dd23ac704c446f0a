import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqlShape } from '../../src/core/sql-shape.ts';

describe('the shape of a statement', () => {
  it.each([
    ["ALTER ROLE app PASSWORD 'hunter2'", "ALTER ROLE app PASSWORD '?'"],
    ["ALTER ROLE app PASSWORD E'hun''ter2' VALID UNTIL '2027-01-01'", "ALTER ROLE app PASSWORD '?' VALID UNTIL '?'"],
    [
      "CREATE USER MAPPING FOR x SERVER s OPTIONS (user 'u', password 'hunter2')",
      "CREATE USER MAPPING FOR x SERVER s OPTIONS (user '?', password '?')",
    ],
    [
      'select * from t1 where id = 4711 and name = $1 -- hunter2\n limit 5',
      'select * from t1 where id = ? and name = $1 limit ?',
    ],
    ['select /* hunter2 */ 1', 'select ?'],
    ['select /* a /* b */ hunter2 */ 1', 'select …'],
    ['DO $x$ begin perform hunter2(); end $x$', 'DO ?'],
    ["select \"a'b\", U&'hunter2', B'101'", "select \"a'b\", '?', '?'"],
    ["ALTER ROLE app PASSWORD 'hunt", "ALTER ROLE app PASSWORD '?'…"],
    ['DO $$ begin hunt', 'DO ?'],
    ["ALTER ROLE app PASSWORD 'hun\\'ter2' VALID UNTIL 'x'", "ALTER ROLE app PASSWORD '?'…"],
    ['', ''],
  ])('%j becomes %j, as constants may be passwords', (text, shape) => {
    expect(sqlShape(text)).toBe(shape);
  });

  it('is one short line', () => {
    expect(sqlShape(`select\n\t${'a, '.repeat(200)}b`)).toHaveLength(160);
  });

  it('never shows a constant, wherever the text is cut', () => {
    const piece = fc.constantFrom('select ', "''", "E'x'", ' /* c */ ', '"i"', '$1', '$t$x$t$', ' 12 ', '--x\n', ' t ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(60), (pieces, cut) => {
        const text = `${pieces.join('')} PASSWORD 'hunter2'`.slice(0, 30 + cut);
        expect(sqlShape(text, 1000)).not.toContain('hun');
      }),
    );
  });

  it('takes time in proportion to the text', () => {
    const began = process.hrtime.bigint();
    sqlShape(`${"'a".repeat(20_000)}${'/*'.repeat(20_000)}${'$a'.repeat(20_000)}`);
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(1000);
  });
});
