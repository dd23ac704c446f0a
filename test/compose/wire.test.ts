import { describe, expect, it } from 'vitest';
import { WireMessage } from '../../src/cli/wire-message.ts';
import { wireOf } from '../../src/compose/wire.ts';
import type { Message } from '../../src/core/message.ts';
import { redactor } from '../../src/core/redact.ts';

const SECRET = 'hush-4711';

describe('a message on its way to a terminal', () => {
  const message: Message = {
    summary: `s ${SECRET}`,
    parts: [
      { title: [{ bold: SECRET }], sign: 'ok' },
      {
        line: [SECRET, { code: SECRET }, { person: 'U0ANNA' }, { timeMs: 5 }, { link: `https://x/${SECRET}`, label: SECRET }],
        indent: 1,
      },
      { note: SECRET },
      { divider: true },
      { buttons: [{ label: SECRET, action: 'approve', value: 'r4k2m9xq', style: 'primary' }] },
    ],
    thread: [{ line: [{ person: 'U0GONE' }, SECRET] }],
    attachments: [
      { name: 'a.txt', title: SECRET, alt: SECRET, content: `text ${SECRET}` },
      { name: 'b.png', title: 't', alt: 'a', content: new Uint8Array([1, 2]) },
    ],
  };
  const wire = () =>
    wireOf(message, { redact: redactor([SECRET]), nameOf: async (id) => (id === 'U0ANNA' ? 'Anna' : undefined) });

  it('holds no secret anywhere, in no file either', async () => {
    const sent = await wire();
    expect(JSON.stringify(sent)).not.toContain(SECRET);
    expect(Buffer.from(sent.files[0]?.base64 ?? '', 'base64').toString()).toBe('text [secret]');
  });

  it('is read at the other end as it was sent, with the names that the bot knows', async () => {
    const sent = await wire();
    expect(WireMessage.parse(JSON.parse(JSON.stringify(sent)))).toEqual(JSON.parse(JSON.stringify(sent)));
    expect(JSON.stringify(sent)).toContain('{"person":"U0ANNA","name":"Anna"}');
    expect(sent.thread).toEqual([{ line: [{ person: 'U0GONE' }, '[secret]'], sign: undefined }]);
    expect([...Buffer.from(sent.files[1]?.base64 ?? '', 'base64')]).toEqual([1, 2]);
  });
});
