import { describe, expect, it } from 'vitest';
import { createOutbound } from '../../src/chat/outbound.ts';
import type { Message } from '../../src/core/message.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeLog, createFakeWebApi, cut, lost, rateLimited, refused } from './fake-web-api.ts';

const say = (summary: string): Message => ({ summary, parts: [{ line: summary }] });

function setUp() {
  const clock = createFakeClock();
  const apis = { alerts: createFakeWebApi(), interaction: createFakeWebApi() };
  const log = createFakeLog();
  let ids = 0;
  const outbound = createOutbound({ apis, clock, log, redact: (text) => text, newId: () => `id-${++ids}` });
  return { clock, log, outbound, ...apis };
}

describe('edits', () => {
  it('sends at most one edit in 3 s for a message, and the newest state always arrives', async () => {
    const { clock, outbound, interaction } = setUp();
    for (let step = 0; step < 100; step += 1) {
      outbound.update({ channel: 'C1', ts: '1.1', message: say(`step ${step}`) });
      await clock.advance(100);
    }
    await clock.advance(3000);
    const texts = interaction.of('chat.update').map((call) => call.args.text);
    expect(texts.length).toBeGreaterThanOrEqual(3);
    expect(texts.length).toBeLessThanOrEqual(5);
    expect(texts[0]).toBe('step 0');
    expect(texts.at(-1)).toBe('step 99');
  });

  it('does not let one message wait for another', async () => {
    const { clock, outbound, interaction } = setUp();
    outbound.update({ channel: 'C1', ts: '1.1', message: say('a') });
    outbound.update({ channel: 'C1', ts: '2.2', message: say('b') });
    await clock.advance(1);
    expect(interaction.of('chat.update')).toHaveLength(2);
  });

  it('delivers the last state after an outage of minutes', async () => {
    const { clock, outbound, interaction } = setUp();
    for (let n = 0; n < 12; n += 1) interaction.fault('chat.update', cut);
    outbound.update({ channel: 'C1', ts: '1.1', message: say('running') });
    await clock.advance(1000);
    outbound.update({ channel: 'C1', ts: '1.1', message: say('succeeded') });
    await clock.advance(5 * 60_000);
    expect(interaction.of('chat.update').at(-1)?.args.text).toBe('succeeded');
    expect(outbound.depth()).toBe(0);
  });

  it('does not wait for the pause when everything is flushed before the end', async () => {
    const { clock, outbound, interaction } = setUp();
    outbound.update({ channel: 'C1', ts: '1.1', message: say('a') });
    await clock.advance(1);
    outbound.update({ channel: 'C1', ts: '1.1', message: say('b') });
    await outbound.flush();
    expect(interaction.of('chat.update').map((call) => call.args.text)).toEqual(['a', 'b']);
  });

  it('gives up on a message that was deleted, and says so in the log', async () => {
    const { clock, outbound, interaction, log } = setUp();
    interaction.fault('chat.update', () => {
      throw refused('message_not_found');
    });
    outbound.update({ channel: 'C1', ts: '1.1', message: say('a') });
    await clock.advance(10_000);
    expect(interaction.of('chat.update')).toHaveLength(1);
    expect(log.lines.some(({ level, msg }) => level === 'error' && msg.includes('could not be edited'))).toBe(true);
  });
});

describe('posts', () => {
  it('keeps the order of a channel while Slack limits it, and obeys Retry-After', async () => {
    const { clock, outbound, interaction } = setUp();
    const started = clock.now();
    interaction.fault('chat.postMessage', rateLimited(7));
    const all = ['a', 'b', 'c'].map((text) => outbound.post({ channel: 'C1', message: say(text), lane: 'interaction' }));
    await clock.advance(6900);
    expect(interaction.of('chat.postMessage')).toHaveLength(1);
    await clock.until(Promise.all(all));
    expect(clock.now() - started).toBeGreaterThanOrEqual(7000);
    expect(interaction.messages.map((message) => message.text)).toEqual(['a', 'b', 'c']);
  });

  it('lets alerts pass while interactions are held up, because they go by another client', async () => {
    const { clock, outbound, interaction, alerts } = setUp();
    interaction.fault('chat.postMessage', rateLimited(30));
    const slow = outbound.post({ channel: 'C1', message: say('answer'), lane: 'interaction' });
    await outbound.post({ channel: 'C1', message: say('leader lost'), lane: 'alerts' });
    expect(alerts.messages).toHaveLength(1);
    expect(interaction.messages).toHaveLength(0);
    await clock.until(slow);
  });

  it('looks for a message whose answer was lost before it posts again, so that nothing appears twice', async () => {
    const { clock, outbound, alerts } = setUp();
    alerts.fault('chat.postMessage', lost);
    const posted = await clock.until(
      outbound.post({ channel: 'C1', message: say('leader lost'), lane: 'alerts', metadata: { id: 'signal-7' } }),
    );
    expect(alerts.messages).toHaveLength(1);
    expect(posted.ts).toBe(alerts.messages[0]?.ts);
    expect(alerts.of('conversations.history')[0]?.args).toMatchObject({ include_all_metadata: true });
  });

  it('asks after every wait whether a post is still wanted, for somebody else may have posted it meanwhile', async () => {
    const { clock, outbound, alerts } = setUp();
    let wanted = true;
    alerts.fault('chat.postMessage', rateLimited(7));
    const post = outbound.post({ channel: 'C1', message: say('leader lost'), lane: 'alerts', stillWanted: async () => wanted });
    await clock.advance(1000);
    wanted = false;
    await expect(clock.until(post)).rejects.toMatchObject({ kind: 'stale' });
    expect(alerts.of('chat.postMessage')).toHaveLength(1);
    expect(alerts.messages).toEqual([]);
  });

  it('posts again when the lost message is not there', async () => {
    const { clock, outbound, alerts } = setUp();
    alerts.fault('chat.postMessage', () => lost(() => undefined));
    await clock.until(outbound.post({ channel: 'C1', message: say('leader lost'), lane: 'alerts' }));
    expect(alerts.messages).toHaveLength(1);
  });

  it('prefers a duplicate to silence when the history may not be read', async () => {
    const { clock, outbound, alerts } = setUp();
    alerts.fault('chat.postMessage', lost);
    alerts.answer('conversations.history', () => {
      throw refused('missing_scope');
    });
    await clock.until(outbound.post({ channel: 'C1', message: say('leader lost'), lane: 'alerts' }));
    expect(alerts.messages).toHaveLength(2);
  });

  it('looks among the replies of a thread for a lost reply', async () => {
    const { clock, outbound, alerts } = setUp();
    alerts.fault('chat.postMessage', lost);
    await clock.until(outbound.post({ channel: 'C1', threadTs: '9.9', message: say('phase 2'), lane: 'alerts' }));
    expect(alerts.messages).toHaveLength(1);
    expect(alerts.of('conversations.replies')[0]?.args).toMatchObject({ ts: '9.9' });
  });

  it('finds a message by its id on a later page of the history', async () => {
    const { clock, outbound, alerts } = setUp();
    alerts.answer('conversations.history', ({ cursor }) =>
      cursor === 'p2'
        ? {
            ok: true,
            messages: [{ ts: '5.5', metadata: { event_type: 'trunkline_message', event_payload: { id: 'signal-7' } } }],
          }
        : { ok: true, messages: [{ ts: '6.6' }], response_metadata: { next_cursor: 'p2' } },
    );
    expect(await clock.until(outbound.findPosted('C1', 'signal-7'))).toEqual({ channel: 'C1', ts: '5.5' });
  });

  it('fails with a sentence when Slack refuses, without trying again', async () => {
    const { clock, outbound, interaction } = setUp();
    interaction.fault('chat.postMessage', () => {
      throw refused('is_archived');
    });
    const post = clock.until(outbound.post({ channel: 'C1', message: say('a'), lane: 'interaction' }));
    await expect(post).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'chat.postMessage: Slack refuses it (is_archived)',
    });
    expect(interaction.of('chat.postMessage')).toHaveLength(1);
  });

  it('ends with an error after a finite time when Slack stays away', async () => {
    const { clock, outbound, interaction } = setUp();
    for (let n = 0; n < 200; n += 1) interaction.fault('chat.postMessage', cut);
    const started = clock.now();
    const post = clock.until(outbound.post({ channel: 'C1', message: say('a'), lane: 'interaction' }));
    await expect(post).rejects.toMatchObject({ kind: 'unreachable' });
    expect(clock.now() - started).toBeLessThanOrEqual(60_000);
  });
});

describe('the thread below a message', () => {
  const message: Message = {
    summary: 'lag of billing',
    parts: [{ line: 'pg2 is 3 MiB behind' }],
    thread: [{ line: 'slots' }],
    attachments: [{ name: 'lag.png', title: 'Lag', content: new Uint8Array([1, 2]), alt: 'Lag falls from 5 to 3 MiB' }],
  };

  it('gets the details and then the files, after the message itself was accepted', async () => {
    const { clock, outbound, interaction } = setUp();
    const posted = await outbound.post({ channel: 'C1', message, lane: 'interaction' });
    await clock.until(outbound.flush());
    expect(interaction.messages[1]).toMatchObject({ thread_ts: posted.ts });
    expect(interaction.uploads).toMatchObject([
      { channel: 'C1', threadTs: posted.ts, name: 'lag.png', alt: 'Lag falls from 5 to 3 MiB' },
    ]);
  });

  it('says in words what a picture showed when it can not be uploaded', async () => {
    const { clock, outbound, interaction } = setUp();
    interaction.fault('files.uploadV2', () => {
      throw refused('missing_scope');
    });
    await outbound.post({ channel: 'C1', message, lane: 'interaction' });
    await clock.until(outbound.flush());
    expect(JSON.stringify(interaction.messages.at(-1))).toContain('Lag falls from 5 to 3 MiB');
  });

  it('holds the whole of a message that was too long for Slack', async () => {
    const { clock, outbound, interaction } = setUp();
    const parts = Array.from({ length: 1500 }, (_, n) => ({ line: `entry number ${n}` }));
    await outbound.post({ channel: 'C1', message: { summary: 'long', parts }, lane: 'interaction' });
    await clock.until(outbound.flush());
    expect(Buffer.from(interaction.uploads[0]?.content ?? []).toString()).toContain('entry number 1499');
  });
});
