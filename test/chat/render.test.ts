import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/chat/render.ts';
import { SIGNS } from '../../src/chat/signs.ts';
import type { Message, Part, Span, Text } from '../../src/core/message.ts';
import { redactor } from '../../src/core/redact.ts';
import { complaintsAbout, textsOf } from './block-validator.ts';

const redact = redactor(['hunter2-secret']);
const HOSTILE = [
  '<!channel>',
  '<!here|here>',
  '<@U0ADAM>',
  '<#C0DBOPS|db-ops>',
  '<https://evil.example|click>',
  '@here',
  '*bold*',
  '_it_',
  '~gone~',
  '`code`',
  '```fence```',
  '> quote',
  '>>> quote',
  ':white_check_mark:',
  '\u202eevil\u202c',
  'line\none\r\ntwo\u2028three',
  '\u0000\u0007',
  '\ud800',
  '&amp;lt;!channel&gt;',
  '👩‍👩‍👧',
  'e\u0301\u0301\u0301\u0301\u0301\u0301',
];

const data = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 6 }).map((all) => all.join(' ')),
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 6 }).map((all) => all.join('')),
  fc.string({ minLength: 1, maxLength: 60 }).map((s) => s.repeat(200)),
);
const span: fc.Arbitrary<Span> = fc.oneof(
  data,
  data.map((bold) => ({ bold })),
  data.map((code) => ({ code })),
  fc.oneof(fc.constant('U0ADAM'), data).map((person) => ({ person })),
  fc.oneof(fc.integer(), fc.double()).map((timeMs) => ({ timeMs })),
  fc.record({ link: fc.oneof(fc.webUrl(), data), label: data }),
);
const text: fc.Arbitrary<Text> = fc.oneof(span, fc.array(span, { maxLength: 6 }));
const button = fc.record(
  {
    label: data,
    action: fc.constantFrom('approve', 'deny', 'details'),
    value: fc.string({ minLength: 1, maxLength: 100 }),
    style: fc.constantFrom('primary' as const, 'danger' as const),
    confirm: fc.record({ title: data, text: data, ok: data }),
  },
  { requiredKeys: ['label', 'action', 'value'] },
);
const sign = fc.constantFrom('ok' as const, 'bad' as const, 'leader' as const);
const part: fc.Arbitrary<Part> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ line: text, sign, indent: fc.constant(1 as const) }, { requiredKeys: ['line'] }) },
  { weight: 2, arbitrary: fc.record({ title: text, sign }, { requiredKeys: ['title'] }) },
  { weight: 2, arbitrary: fc.record({ note: text }) },
  fc.constant({ divider: true as const }),
  fc.record({ buttons: fc.array(button, { maxLength: 30 }) }),
);
const message: fc.Arbitrary<Message> = fc.record({ summary: data, parts: fc.array(part, { maxLength: 120 }) });

describe('render', () => {
  it('stays within every limit of Slack whatever the message is', () => {
    fc.assert(
      fc.property(message, (any) => {
        const { text: summary, blocks } = render(any, redact);
        expect(complaintsAbout(blocks)).toEqual([]);
        expect(summary.length).toBeGreaterThan(0);
        expect(summary.length).toBeLessThanOrEqual(4000);
      }),
      { numRuns: 300 },
    );
  });

  it('fits thirty buttons with long confirmations beside prose, because a message that Slack refuses is no message', () => {
    const confirm = { title: 't'.repeat(100), text: 'x'.repeat(300), ok: 'o'.repeat(30) };
    const buttons = Array.from({ length: 30 }, (_, i) => ({ label: `Approve ${i}`, action: 'approve', value: `r${i}`, confirm }));
    const { blocks } = render({ summary: 's', parts: [{ buttons }, { line: 'prose' }, { buttons }] }, redact);
    expect(complaintsAbout(blocks)).toEqual([]);
    expect(JSON.stringify(blocks)).toContain('prose');
  });

  it('takes long white space, which a pattern that looks back would read for minutes', () => {
    const parts: Part[] = [{ line: '\t'.repeat(200_000) }, { title: ' \n'.repeat(100_000) }];
    expect(complaintsAbout(render({ summary: ' '.repeat(200_000), parts }, redact).blocks)).toEqual([]);
  });

  it('lets no data become a mention, a link or mark-up, because people type and databases answer anything', () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 8 }), (all) => {
        const parts: Part[] = all.flatMap((each) => [{ line: each }, { note: [each, each] }, { title: each }]);
        const { text: summary, blocks } = render({ summary: all.join(' '), parts }, redact);
        const texts = [summary, ...textsOf(blocks).map((each) => each.text)];
        const mrkdwn = [
          summary,
          ...textsOf(blocks)
            .filter((each) => each.type === 'mrkdwn')
            .map((each) => each.text),
        ];
        for (const each of texts) expect(each).not.toMatch(/<[!@#]|\p{Bidi_Control}|@(here|channel|everyone)/iu);
        for (const each of mrkdwn) expect(each).not.toMatch(/[<>*~`]|^&gt;|(^|[\s(])_|\r/mu);
      }),
      { numRuns: 300 },
    );
  });

  it('writes people, times, links, bold and code as Slack reads them', () => {
    const { blocks } = render(
      {
        summary: 'x',
        parts: [
          {
            line: [
              { bold: 'billing' },
              ' by ',
              { person: 'U0ADAM' },
              ' at ',
              { timeMs: 1_700_000_000_000 },
              ' ',
              { code: 'a_b*c*' },
              ' ',
              { link: 'https://a.example/?x=1&y=|2', label: 'a|b' },
            ],
          },
        ],
      },
      redact,
    );
    expect(textsOf(blocks)[0]?.text).toBe(
      '*billing* by <@U0ADAM> at <!date^1700000000^{date_short_pretty} {time_secs}|2023-11-14 22:13:20 UTC> `a_b*c*` ' +
        '<https://a.example/?x=1&amp;y=%7C2|a¦b>',
    );
  });

  it('shows a person of the command line as data, not as a mention', () => {
    const { blocks } = render({ summary: 'x', parts: [{ line: { person: 'cli:<!channel>' } }] }, redact);
    expect(textsOf(blocks)[0]?.text).toBe('@cli:&lt;!channel&gt;');
  });

  it('keeps names with underscores, so that they can be copied', () => {
    const { blocks } = render({ summary: 'x', parts: [{ line: 'pg_wal of idle_in_transaction' }] }, redact);
    expect(textsOf(blocks)[0]?.text).toBe('pg_wal of idle_in_transaction');
  });

  it('hides secrets in every kind of text, before anything is cut', () => {
    const secret = 'hunter2-secret';
    const parts: Part[] = [
      { title: secret },
      { line: [secret, { bold: secret }, { code: secret }, { link: `https://h.example/${secret}`, label: secret }] },
      { note: secret },
      { line: `${'x'.repeat(1495)}${secret}` },
      { buttons: [{ label: secret, action: 'a', value: 'v', confirm: { title: secret, text: secret, ok: secret } }] },
    ];
    const rendered = render({ summary: secret, parts }, redact);
    expect(JSON.stringify(rendered)).not.toMatch(/hunter2/u);
    expect(rendered.whole).toContain('[secret]');
  });

  it('shows a secret that is meant for its reader in the message alone, never in the notification or a file', () => {
    const line: Span = { revealed: 'otpauth://totp/x?secret=hunter2-secret' };
    const shown = render({ summary: 'Your key', parts: [{ line }, { line: 'hunter2-secret' }] }, redact);
    expect(JSON.stringify(shown.blocks)).toContain('`otpauth://totp/x?secret=hunter2-secret`');
    expect(JSON.stringify(shown.blocks).match(/hunter2-secret/g)).toHaveLength(1);
    expect(shown.text).not.toContain('hunter2-secret');
    const long = render(
      { summary: 's', parts: [{ line }, ...Array.from({ length: 900 }, () => ({ line: 'x'.repeat(200) }))] },
      redact,
    );
    expect(long.whole).toContain('[secret]');
    expect(long.whole).not.toContain('hunter2-secret');
  });

  it('keeps the buttons of a message that is too long, says so and gives all of it for a file', () => {
    const lines: Part[] = Array.from({ length: 2000 }, (_, at) => ({ line: `line ${at} of the plan`, sign: 'waiting' }));
    const buttons: Part = { buttons: [{ label: 'Approve', action: 'approve', value: 'r1' }] };
    const rendered = render({ summary: 'x', parts: [...lines, buttons] }, redact);
    expect(rendered.blocks.at(-1)).toMatchObject({ type: 'actions' });
    expect(JSON.stringify(rendered.blocks.at(-2))).toContain('longer than a message may be');
    expect(rendered.whole).toContain('line 1999 of the plan');
    expect(JSON.stringify(rendered.blocks).length).toBeGreaterThan(9000);
  });

  it('gives every sign its own picture, so that none must be told by colour alone', () => {
    expect(new Set(Object.values(SIGNS)).size).toBe(Object.keys(SIGNS).length);
  });

  it('marks where an indented line begins, because a phone breaks it and the indent is lost', () => {
    const parts: Part[] = [{ line: 'pg1' }, { line: 'host 10.0.0.11', indent: 1 }, { line: 'lags', sign: 'warn', indent: 1 }];
    expect(textsOf(render({ summary: 's', parts }, redact).blocks).map((each) => each.text)).toContain(
      `pg1\n\u2003• host 10.0.0.11\n\u2003${SIGNS.warn} lags`,
    );
  });
  it('shows a transition in a header as in a line', () => {
    const parts: Part[] = [{ title: 'timeline 2 -> 3' }, { line: 'timeline 2 -> 3' }];
    expect(textsOf(render({ summary: 's', parts }, redact).blocks).map((each) => each.text)).toEqual([
      'timeline 2 → 3',
      'timeline 2 → 3',
    ]);
  });
});
