import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUnitJournal } from '../../src/hosts/parse-unit-journal.ts';

const line = (cursor: string, message: unknown) =>
  JSON.stringify({ __CURSOR: cursor, MESSAGE: message, __REALTIME_TIMESTAMP: '1' });

describe('what a unit said', () => {
  it('is its messages, and where to go on', () => {
    const text = `${line('c1', 'one')}\n${line('c2', [116, 119, 111, 0])}\n${line('c3', null)}\n`;
    expect(parseUnitJournal(text, undefined)).toEqual({ lines: ['one', 'two ', ''], cursor: 'c3' });
  });

  it('goes on after the last whole line when the last one was cut', () => {
    expect(parseUnitJournal(`${line('c1', 'one')}\n${line('c2', 'two').slice(0, 20)}`, undefined).cursor).toBe('c1');
  });

  it('stays where it was when there is nothing new', () => {
    expect(parseUnitJournal('', 'c7')).toEqual({ lines: [], cursor: 'c7' });
  });

  it('of a hostile host is nothing or text without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.anything(), (text, message) => {
        for (const said of parseUnitJournal(`${text}\n${line('c', message)}`, undefined).lines)
          expect(said).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
