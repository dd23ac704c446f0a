import { describe, expect, it } from 'vitest';
import { withBlockIds } from '../../lab/slack/block-ids.ts';
import { Fault, type FaultInput, openFaults } from '../../lab/slack/faults.ts';
import { isWelcome } from '../../lab/slack/guard.ts';
import { openJournal } from '../../lab/slack/journal.ts';
import { isPage, pageOf } from '../../lab/slack/paging.ts';
import { isSignedWith, signatureHeaders } from '../../lab/slack/signature.ts';
import { stateValues } from '../../lab/slack/view-values.ts';

describe('the guard at the door', () => {
  const welcome = (host: string | undefined, origin?: string) =>
    isWelcome({ headers: { ...(host ? { host } : {}), ...(origin ? { origin } : {}) } }, 8080, ['10.77.0.1']);

  it('lets in who calls this machine by its own names, on its own port', () => {
    expect(welcome('127.0.0.1:8080')).toBe(true);
    expect(welcome('localhost:8080', 'http://localhost:8080')).toBe(true);
    expect(welcome('10.77.0.1:8080', 'http://127.0.0.1:8080')).toBe(true);
  });

  it.each([['evil.example:8080'], ['127.0.0.1:8081'], ['127.0.0.1'], [undefined]])('keeps out the host %s', (host) => {
    expect(welcome(host)).toBe(false);
  });

  it.each(['http://evil.example', 'https://localhost:8080', 'http://localhost:3000', 'null'])(
    'keeps out pages from %s',
    (origin) => {
      expect(welcome('localhost:8080', origin)).toBe(false);
    },
  );
});

describe('faults', () => {
  const add = (faults: ReturnType<typeof openFaults>, fault: FaultInput) => faults.add(Fault.parse(fault));

  it('strike in order, as often as told, only where told', () => {
    const faults = openFaults();
    add(faults, { method: 'chat.update', times: 2, channel: 'C1', does: { kind: 'lost' } });
    add(faults, { method: '*', does: { kind: 'refused' } });
    expect(faults.take('chat.update', 'C1')?.kind).toBe('lost');
    expect(faults.take('chat.update', 'C2')?.kind).toBe('refused');
    expect(faults.take('chat.update', 'C1')?.kind).toBe('lost');
    expect(faults.take('chat.update', 'C1')).toBeUndefined();
  });

  it('for envelopes and for calls do not mix', () => {
    const faults = openFaults();
    add(faults, { method: '*', does: { kind: 'refused' } });
    add(faults, { method: 'envelope:*', does: { kind: 'vanish' } });
    expect(faults.take('envelope:interactive')?.kind).toBe('vanish');
    expect(faults.take('auth.test')?.kind).toBe('refused');
    expect(faults.left()).toEqual([]);
  });
});

describe('signatures', () => {
  it('are the ones in the documentation of Slack', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const secret = '8f742231b10e8888abcd99yyyzzz85a5';
    const good = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
    expect(isSignedWith(secret, '1531420618', body, good)).toBe(true);
    expect(isSignedWith(secret, '1531420619', body, good)).toBe(false);
  });

  it('can be wrong in every way that a bot must notice', () => {
    const now = 1_700_000_000_000;
    expect(signatureHeaders('s', 'b', now, 'missing')).toEqual({});
    expect(signatureHeaders('s', 'b', now, 'stale')['x-slack-request-timestamp']).toBe('1699996400');
    expect(signatureHeaders('s', 'b', now, 'wrong-secret')['x-slack-signature']).not.toBe(
      signatureHeaders('s', 'b', now)['x-slack-signature'],
    );
  });
});

describe('pages', () => {
  it('cover a list once, and refuse a cursor or limit that was never given', () => {
    const first = pageOf([1, 2, 3], { limit: '2' }, 100);
    if (!isPage(first)) throw new Error('no page');
    expect(first.items).toEqual([1, 2]);
    expect(pageOf([1, 2, 3], { limit: 2, cursor: first.next }, 100)).toEqual({ items: [3], next: '' });
    expect(pageOf([1], { cursor: 'x' }, 100)).toMatchObject({ error: 'invalid_cursor' });
    expect(pageOf([1], { limit: '5000' }, 100)).toMatchObject({ error: 'invalid_limit' });
  });
});

describe('the journal', () => {
  it('wakes whoever waits as soon as something happens', async () => {
    const journal = openJournal();
    const waiting = journal.changed(0, 10_000);
    journal.add('call', { method: 'auth.test' });
    await waiting;
    expect(journal.after(0).map((each) => each.kind)).toEqual(['call']);
    await journal.changed(1, 5);
    expect(journal.after(1)).toEqual([]);
  });
});

describe('what a person puts into a modal', () => {
  const option = (value: string) => ({ text: { type: 'plain_text', text: value.toUpperCase() }, value });
  const view = {
    blocks: withBlockIds([
      { type: 'input', block_id: 'why', element: { type: 'plain_text_input', action_id: 'reason' } },
      {
        type: 'input',
        optional: true,
        block_id: 'to',
        element: { type: 'static_select', action_id: 'member', options: [option('a1'), option('a2')] },
      },
    ]),
  };

  it('becomes the values that Slack sends, empty inputs included', () => {
    expect(stateValues(view, { reason: 'because' })).toEqual({
      why: { reason: { type: 'plain_text_input', value: 'because' } },
      to: { member: { type: 'static_select', selected_option: null } },
    });
    expect(stateValues(view, { why: 'because', member: 'A2' }).to).toEqual({
      member: { type: 'static_select', selected_option: option('a2') },
    });
  });

  it('is refused when the client would not send it', () => {
    expect(() => stateValues(view, {})).toThrow('needs a value for "reason"');
    expect(() => stateValues(view, { reason: 'x', member: 'a3' })).toThrow('the options are: a1, a2');
  });
});
