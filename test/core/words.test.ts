import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { command } from '../../src/core/command.ts';
import { didYouMean } from '../../src/core/did-you-mean.ts';
import { TrunklineError } from '../../src/core/errors.ts';
import { ClusterName } from '../../src/core/names.ts';
import { splitWords } from '../../src/core/split-words.ts';

const status = command({
  name: 'config-set',
  summary: 'Set a thing',
  who: 'viewer',
  args: z.object({ cluster: ClusterName.optional(), all: z.boolean().default(false), maxLag: z.string().optional() }),
  positionals: ['cluster'],
  examples: ['billing'],
  answer: async (args) => ({ summary: JSON.stringify(args), parts: [] }),
});

describe('splitting words', () => {
  it.each([
    ['status billing', ['status', 'billing']],
    ['  status\tbilling \n', ['status', 'billing']],
    ['switchover billing --reason "disk is slow"', ['switchover', 'billing', '--reason', 'disk is slow']],
    ['switchover billing --reason “curly quotes of a phone”', ['switchover', 'billing', '--reason', 'curly quotes of a phone']],
    ['switchover billing —to pg2', ['switchover', 'billing', '--to', 'pg2']],
    ["x --reason 'a b' --to=pg2", ['x', '--reason', 'a b', '--to=pg2']],
    ['x --reason="a b"', ['x', '--reason=a b']],
    ["deny r1 --reason don't", ['deny', 'r1', '--reason', "don't"]],
    ['bill\u202eing', ['billing']],
    ['', []],
  ])('%j gives %j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it('refuses an open quote and 10,000 characters, because what would run is not what was meant', () => {
    expect(() => splitWords('x "open')).toThrow(/quote is not closed/);
    expect(() => splitWords('a'.repeat(10_000))).toThrow(/10000 characters/);
  });

  it('never throws anything but a refusal, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          expect(Array.isArray(splitWords(text))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(TrunklineError);
        }
      }),
    );
  });
});

describe('parsing the arguments', () => {
  it('shows its usage from the schema, so that help can not lie', () => {
    expect(status.usage).toBe('config set [CLUSTER] [--all] [--max-lag MAX-LAG]');
  });

  it.each([
    [['billing', '--al'], /there is no flag --al/, /Did you mean --all\?/],
    [['billing', 'second'], /'second' is one word too many/, /config set/],
    [['Bill;rm'], /does not fit CLUSTER/, /config set/],
    [['--max-lag'], /needs a value/, /config set/],
    [['--max-lag', '--all'], /needs a value/, /config set/],
    [['--all=yes'], /takes no value/, /config set/],
    [['--all', '--all'], /given twice/, /once/],
    [['--__proto__', 'x'], /there is no flag/, /Usage/],
  ])('refuses %j and says what to do', (words, message, hint) => {
    try {
      status.parse(words);
      expect.unreachable('it was accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(TrunklineError);
      if (error instanceof TrunklineError) {
        expect(error.kind).toBe('refusal');
        expect(error.message).toMatch(message);
        expect(error.hint).toMatch(hint);
      }
    }
  });

  it('names the cluster of an invocation, because the gate asks for it', () => {
    expect(status.parse(['billing']).cluster).toBe('billing');
  });
});

describe('did you mean', () => {
  it.each([
    ['stauts', 'status'],
    ['swichover', 'switchover'],
    ['biling', 'billing'],
    ['xyzzy', undefined],
  ])('%s -> %s', (word, near) => {
    expect(didYouMean(word, ['status', 'switchover', 'billing', 'lag'])).toBe(near);
  });
});
