import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT_FLAGS, clientWish, UsageError } from '../../src/cli/client-words.ts';
import { joinWords } from '../../src/cli/join-words.ts';
import { splitWords } from '../../src/core/split-words.ts';
import { load } from '../../src/load.ts';

const { commands } = await load();
const text = (verb: Parameters<typeof clientWish>[0], ...words: readonly string[]) => clientWish(verb, words, {}).text;

describe('the words of a terminal', () => {
  it.each([
    ['pg', ['status', 'billing', '--all'], 'status billing --all'],
    ['pg', ['status billing'], 'status billing'],
    ['pg', [], ''],
    ['run', ['switchover billing --reason "kernel update"'], 'switchover billing --reason "kernel update"'],
    ['run', ['--', 'switchover', 'billing', '--reason', 'kernel update'], 'switchover billing --reason "kernel update"'],
    ['run', ['--', 'x', '--reason', "it's Bob's"], `x --reason "it's Bob's"`],
    ['run', ['r4k2m9xq'], 'run r4k2m9xq'],
    ['approve', ['r4k2m9xq', '--key', 'k'], 'approve r4k2m9xq'],
    ['deny', ['r4k2m9xq', '--reason=a backup runs'], 'deny r4k2m9xq --reason="a backup runs"'],
    ['watch', ['r4k2m9xq'], 'run r4k2m9xq'],
  ] as const)('%s %j become %s', (verb, words, wanted) => {
    expect(text(verb, ...words)).toBe(wanted);
  });

  it('come out of the bot’s own splitting as they went in, whatever quotes they hold', () => {
    const word = fc.stringMatching(/^[ -!#-~äé“”‘’]{0,12}$/u).filter((one) => !/^--[a-z-]+=/.test(one));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(splitWords(joinWords(words))).toEqual(words);
      }),
    );
  });

  it('with both kinds of quotes are readable all the same', () => {
    expect(splitWords(joinWords([`it's "urgent"`, 'x']))).toEqual(["it's ”urgent”", 'x']);
  });

  it('are split from the options of the program itself, which the environment can give too', () => {
    const env = { TRUNKLINE_USER: 'U0OLGA', TRUNKLINE_URL: 'unix:/run/x', TRUNKLINE_KEY: '/k', TRUNKLINE_BOT: 'prod' };
    const { options } = clientWish('pg', ['status', '--out=/tmp', '--details', '--bot', 'staging'], env);
    expect(options).toEqual({ key: '/k', user: 'U0OLGA', url: 'unix:/run/x', bot: 'staging', out: '/tmp', details: true });
    expect(clientWish('pg', [], {}).options).toEqual({ url: 'http://127.0.0.1:9188', bot: 'trunkline', details: false });
    expect(text('pg', '--', 'x', '--key', 'y')).toBe('x --key y');
  });

  it.each([
    ['approve', []],
    ['approve', ['billing']],
    ['watch', ['r4k2m9xq', 'x']],
    ['run', []],
    ['pg', ['status', '--key']],
  ] as const)('%s %j are refused before anything is signed', (verb, words) => {
    expect(() => clientWish(verb, words, {})).toThrow(UsageError);
  });

  it('of no command collide with the options of the program', () => {
    for (const { usage } of commands) for (const flag of CLIENT_FLAGS) expect(usage).not.toMatch(new RegExp(`--${flag}\\b`));
  });
});
