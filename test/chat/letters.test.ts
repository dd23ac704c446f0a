import { describe, expect, it } from 'vitest';
import { createLetters } from '../../src/chat/letters.ts';
import { createOutbound } from '../../src/chat/outbound.ts';
import { redactor } from '../../src/core/redact.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeLog, createFakeWebApi, refused } from './fake-web-api.ts';

const file = { name: 'key.png', title: 'Scan this', content: Buffer.from('png'), alt: 'a key' };
const message = { summary: 'Your key', parts: [{ line: { revealed: 'JBSWY3DP' } }] };
const instead = { summary: 'gone', parts: [{ line: 'gone' }] };

function setUp() {
  const api = createFakeWebApi();
  api.answer('conversations.open', () => ({ ok: true, channel: { id: 'D0ANNA' } }));
  api.answer('chat.postMessage', () => ({ ok: true, channel: 'D0ANNA', ts: '1.1' }));
  const log = createFakeLog();
  const redact = redactor([]);
  const outbound = createOutbound({
    apis: { alerts: createFakeWebApi(), interaction: api },
    clock: createFakeClock(),
    log,
    redact,
    newId: () => 'id',
  });
  return { api, letters: createLetters(outbound, redact) };
}

describe('a letter', () => {
  it('is a direct message with one file below it, and both can be taken back', async () => {
    const { api, letters } = setUp();
    const letter = await letters.send('U0ANNA', message, file);
    expect(letter).toEqual({ channel: 'D0ANNA', ts: '1.1', files: ['F1'] });
    expect(api.uploads).toMatchObject([{ channel: 'D0ANNA', threadTs: '1.1', title: 'Scan this' }]);
    api.answer('chat.update', () => ({ ok: true }));
    api.answer('files.delete', () => ({ ok: true }));
    await letters.empty(letter, instead);
    expect(api.calls.slice(-2)).toMatchObject([
      { method: 'chat.update', args: { channel: 'D0ANNA', ts: '1.1', text: 'gone' } },
      { method: 'files.delete', args: { file: 'F1' } },
    ]);
  });

  it('says so when it could not be taken back, because what it shows can still be read', async () => {
    const { api, letters } = setUp();
    api.answer('chat.update', () => ({ ok: true }));
    api.answer('files.delete', () => {
      throw refused('file_not_found');
    });
    await expect(letters.empty({ channel: 'D0ANNA', ts: '1.1', files: ['F1'] }, instead)).rejects.toThrow();
  });
});
