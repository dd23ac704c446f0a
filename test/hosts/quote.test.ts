import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteArgv } from '../../src/hosts/quote.ts';

describe('an argv for a remote shell', () => {
  it('arrives word for word, whatever is in it', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('\0')),
      fc.constantFrom("'", '$(reboot)', '`id`', '; rm -rf /', '\n', '', '*', '~', '\\', "'\\''", '!!', '-n', '#', '\u202e'),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const script = 'for word; do printf "%s\\0" "$word"; done';
        const line = quoteArgv(['/bin/sh', '-c', script, 'sh', ...words]);
        const printed = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
        expect(printed.split('\0').slice(0, -1)).toEqual(words.map((text) => Buffer.from(text).toString()));
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a NUL, which would cut the word short', () => {
    expect(() => quoteArgv(['a\0b'])).toThrow('NUL');
  });
});
