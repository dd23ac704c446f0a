import { describe, expect, it } from 'vitest';
import help from '../../commands/help.ts';
import type { Help } from '../../src/core/command.ts';
import { fakeView } from '../support/fake-view.ts';
import { messageLines } from '../support/message-lines.ts';

const known: Help = [
  {
    name: 'status',
    summary: 'Who leads',
    who: 'viewer',
    usage: 'status [CLUSTER] [--all]',
    examples: ['billing', ''],
    does: 'looks',
  },
  {
    ...{ name: 'config-set', summary: 'Change a setting', who: 'operator', usage: 'config set CLUSTER', examples: ['billing'] },
    does: 'changes',
  },
];

async function lines(...words: string[]): Promise<readonly string[]> {
  const typed = help.parse(words);
  if (typed.does !== 'answer') throw new Error('help must answer');
  return messageLines(await typed.answer(fakeView({ snapshots: [] }), known));
}

describe('/pg help', () => {
  it('lists what the asker may use and nothing else, by what it is for', async () => {
    expect(await lines()).toEqual([
      '[] 2 commands that you may use',
      '[] To look',
      '[] /pg status Who leads',
      '[] To change a cluster: planned, checked, approved',
      '[] /pg config set Change a setting',
      '(How one is written, with examples: /pg help status)',
    ]);
  });
  it.each([[['config', 'set']], [['config-set']], [['CONFIG', 'set']]])(
    'explains a command of two words, however it is typed: %j',
    async (words) => {
      expect(await lines(...words)).toEqual([
        '[] /pg config set',
        '[] Change a setting',
        '[] Write it as: /pg config set CLUSTER',
        '[] Example: /pg config set billing',
        '(Needs the permission to ask.)',
      ]);
    },
  );
  it('suggests the nearest command for a slip of the hand', async () => {
    await expect(lines('statsu')).rejects.toMatchObject({
      message: "there is no command 'statsu' that you may use",
      hint: 'Did you mean: /pg help status?',
    });
  });
  it('lists the commands when nothing is near', async () => {
    await expect(lines('x')).rejects.toMatchObject({ hint: 'Those that you may use: config set, status.' });
  });
});
