import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/observe/log.ts';

describe('a line of the log', () => {
  it('stays one line of plain JSON whatever is in it, because it is read in a terminal', () => {
    const evil = fc.constantFrom(
      '\n',
      '\r',
      '\u001b[2J',
      '\u009b31m',
      '\u0085',
      '\u2028',
      '\u202e',
      '\u2066',
      '\u200b',
      '\u007f',
      '\ud800',
    );
    const text = fc.oneof(
      evil,
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.array(evil).map((all) => all.join('x')),
    );
    fc.assert(
      fc.property(text, text, text, (msg, key, value) => {
        const lines: string[] = [];
        const log = createLog({ level: 'info', redact: (line) => line, write: (line) => lines.push(line) });
        log.child({ child: value }).info(msg, { [`x${key}`]: value });
        expect(lines).toHaveLength(1);
        const [line = ''] = lines;
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b]/u);
        expect(() => JSON.parse(line)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });
});
