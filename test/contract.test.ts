import { describe, expect, it } from 'vitest';
import { splitWords } from '../src/core/split-words.ts';
import { runbooksOf } from '../src/core/by-mode.ts';
import { load } from '../src/load.ts';

const { commands, runbooks } = await load();

describe('every command', () => {
  it('is there, with a name of its own', () => {
    const names = commands.map((command) => command.name);
    expect(names).toEqual(expect.arrayContaining(['help', 'status', 'lag', 'clusters', 'switchover', 'runs', 'run']));
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(commands.flatMap(({ name, examples }) => examples.map((example) => ({ name, example }))))(
    'parses its own example: /pg $name $example',
    ({ name, example }) => {
      const command = commands.find((c) => c.name === name);
      expect(() => command?.parse(splitWords(example))).not.toThrow();
    },
  );

  it.each(commands.map(({ name }) => ({ name })))(
    '$name refuses a flag that does not exist and says how it is written',
    ({ name }) => {
      const command = commands.find((c) => c.name === name);
      expect(() => command?.parse(['--no-such-flag'])).toThrow(/there is no flag --no-such-flag/);
    },
  );

  it.each(commands.map(({ name, summary }) => ({ name, summary })))(
    '$name has a summary that fits one line of help',
    ({ summary }) => {
      expect(summary.length).toBeGreaterThan(10);
      expect(summary.length).toBeLessThan(90);
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
    },
  );
});

describe('every runbook', () => {
  it('is started by a command, so that people can reach it', () => {
    const started = new Set(commands.flatMap((command) => runbooksOf(command).map(({ name }) => name)));
    expect(runbooks.filter(({ name }) => !started.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it('has a digest of its source', () => {
    for (const { digest } of runbooks) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
