import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { terminalText } from '../../src/cli/terminal-text.ts';
import { WireMessage, type WirePart } from '../../src/cli/wire-message.ts';
import { widthOf } from '../../src/cli/wrap-line.ts';

const plain = { ansi: false, pictures: true };
const shown = (parts: readonly WirePart[], terminal: Partial<Parameters<typeof terminalText>[1]> = {}) =>
  terminalText({ parts: [...parts] }, { ...plain, ...terminal });

describe('a message at a terminal', () => {
  const card: readonly WirePart[] = [
    { title: 'Waiting for approval', sign: 'waiting' },
    { line: ['Run ', { code: 'r4k2m9xq' }, ' · asked by ', { person: 'U0OLGA', name: 'olga' }, { person: 'U0X' }] },
    { line: 'pg2 streams', sign: 'ok', indent: 1 },
    { line: 'a hint: /pg status billing', indent: 1 },
    { divider: true },
    {
      buttons: [
        { label: 'Approve', action: 'approve', value: 'r4k2m9xq' },
        { label: 'Deny', action: 'deny', value: 'r4k2m9xq' },
        { label: 'Retry', action: 'retry', value: 'r4k2m9xq' },
        { label: 'Odd', action: 'x; rm -rf', value: 'r4k2m9xq' },
        { label: 'Odd', action: 'approve', value: '$(reboot)' },
      ],
    },
    { note: 'Plan 3afe' },
  ];

  it('reads as in Slack, with commands in place of buttons, and none of what is no command', () => {
    expect(shown(card)).toBe(
      [
        '⬜ Waiting for approval',
        'Run `r4k2m9xq` · asked by @olga@U0X',
        '   🟢 pg2 streams',
        '   • a hint: trunkline pg status billing',
        '',
        '  Approve: trunkline approve r4k2m9xq',
        '  Deny: trunkline deny r4k2m9xq --reason "why"',
        '  Retry: trunkline pg retry r4k2m9xq',
        'Plan 3afe\n',
      ].join('\n'),
    );
  });

  it('has words for signs without UTF-8, and bold only on a terminal', () => {
    expect(shown([{ line: 'x', sign: 'bad' }], { pictures: false })).toBe('[bad] x\n');
    expect(shown([{ title: 'T', sign: undefined }, { note: 'n' }], { ansi: true })).toBe(
      '\u001b[1mT\u001b[0m\n\u001b[2mn\u001b[0m\n',
    );
  });

  it('says times in the zone of the machine, and how far off they are where that helps', () => {
    const at = Date.UTC(2026, 10, 26, 12);
    expect(shown([{ line: { timeMs: at } }])).toMatch(/^2026-11-2[567] \d\d:\d\d:00 UTC([+-]\d\d:\d\d)?\n$/);
    expect(shown([{ line: { timeMs: at } }], { nowMs: at - 61_000 })).toMatch(/\(in 1 min 1 s\)\n$/);
    expect(shown([{ line: { timeMs: Number.NaN } }])).toBe('an unknown time\n');
  });

  it('is broken between words at the width of the terminal, under the beginning of its text', () => {
    const text = 'one two three four five six seven eight nine ten eleven';
    expect(shown([{ line: text, sign: 'ok' }], { columns: 40 })).toBe(
      '🟢 one two three four five six seven\n   eight nine ten eleven\n',
    );
    expect(shown([{ line: 'x'.repeat(100) }], { columns: 40 })).toBe(`${'x'.repeat(100)}\n`);
    expect([widthOf('🟢'), widthOf('ℹ️'), widthOf('é'), widthOf('日本')]).toEqual([2, 2, 1, 4]);
  });

  it('lets no text move the cursor, colour, hide or add a line, wherever it stands', () => {
    const data = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\u001b', '\u009b', '\r', '\n', '\u202e', '\u0007', '\b', '[', ']', '0;', 'm', 'x'),
        fc.string({ minLength: 1, maxLength: 1 }),
      ),
      maxLength: 40,
    });
    fc.assert(
      fc.property(data, (text) => {
        const parts: WirePart[] = [
          { title: text, sign: 'ok' },
          {
            line: [text, { bold: text }, { code: text }, { person: text, name: text }, { link: text, label: text }],
            sign: undefined,
          },
          { note: text },
          { buttons: [{ label: text, action: 'approve', value: 'r4k2m9xq' }] },
        ];
        const lines = shown(parts).split('\n');
        expect(lines).toHaveLength(5);
        expect(lines.join('')).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('an answer of another release', () => {
  it('is read without the parts that this one does not know', () => {
    const parts = [{ line: 'known', sign: 'ok' }, { table: [] }, { line: 'odd', sign: 'purple' }];
    expect(WireMessage.parse({ summary: 's', parts }).parts).toEqual([
      { line: 'known', sign: 'ok' },
      { line: 'odd', sign: undefined },
    ]);
  });
});
