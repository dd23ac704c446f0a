import { describe, expect, it } from 'vitest';
import { blockCharacters, blockComplaints } from '../../lab/slack/block-limits.ts';
import { viewComplaints } from '../../lab/slack/view-limits.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (more: object = {}) => ({ type: 'button', action_id: 'go', text: plain('Go'), ...more });
const actions = (elements: readonly unknown[]) => [{ type: 'actions', elements }];
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

describe('block limits', () => {
  it.each<[why: string, blocks: unknown[], pointer: string]>([
    ['a section of 3001 characters', [{ type: 'section', text: mrkdwn('x'.repeat(3001)) }], '/blocks/0/text/text'],
    ['a section without text or fields', [{ type: 'section' }], '/blocks/0'],
    ['an empty section', [{ type: 'section', text: mrkdwn('') }], '/blocks/0/text/text'],
    ['eleven fields', [{ type: 'section', fields: many(11, () => mrkdwn('x')) }], '/blocks/0/fields'],
    ['a field of 2001 characters', [{ type: 'section', fields: [mrkdwn('x'.repeat(2001))] }], '/blocks/0/fields/0/text'],
    ['a header of 151 characters', [{ type: 'header', text: plain('x'.repeat(151)) }], '/blocks/0/text/text'],
    ['a header in mrkdwn', [{ type: 'header', text: mrkdwn('x') }], '/blocks/0/text/type'],
    ['eleven context elements', [{ type: 'context', elements: many(11, () => mrkdwn('x')) }], '/blocks/0/elements'],
    ['26 buttons', actions(many(26, (at) => button({ action_id: `b${at}` }))), '/blocks/0/elements'],
    ['two buttons with one action_id', actions([button(), button()]), '/blocks/0/elements'],
    ['a button of 76 characters', actions([button({ text: plain('x'.repeat(76)) })]), '/blocks/0/elements/0/text/text'],
    ['a button value of 2001 characters', actions([button({ value: 'x'.repeat(2001) })]), '/blocks/0/elements/0/value'],
    ['a button in a style of its own', actions([button({ style: 'warning' })]), '/blocks/0/elements/0/style'],
    [
      'a confirmation without text',
      actions([button({ confirm: { title: plain('a'), confirm: plain('b'), deny: plain('c') } })]),
      '/blocks/0/elements/0/confirm',
    ],
    [
      '101 options',
      actions([{ type: 'static_select', options: many(101, (at) => ({ text: plain('x'), value: `${at}` })) }]),
      '/blocks/0/elements/0/options',
    ],
    ['51 blocks', many(51, () => ({ type: 'divider' })), '/blocks'],
    ['a block_id twice', many(2, () => ({ type: 'divider', block_id: 'same' })), '/blocks/1/block_id'],
    ['a block_id of 256 characters', [{ type: 'divider', block_id: 'x'.repeat(256) }], '/blocks/0/block_id'],
    ['12,001 characters of markdown in two blocks', many(2, () => ({ type: 'markdown', text: 'x'.repeat(6001) })), '/blocks'],
    ['an alert in a message', [{ type: 'alert', text: mrkdwn('x') }], '/blocks/0/type'],
    ['two tables', many(2, () => ({ type: 'table', rows: [[]] })), '/blocks'],
    ['101 rows', [{ type: 'table', rows: many(101, () => []) }], '/blocks/0/rows'],
    ['a text instead of a block', ['hello'], '/blocks/0'],
  ])('refuses %s', (_why, blocks, pointer) => {
    const complaints = blockComplaints(blocks, 'message');
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(`[json-pointer:${pointer}]`);
  });

  it('accepts everything at its limit, and block types from the future', () => {
    const blocks = [
      { type: 'section', text: mrkdwn('x'.repeat(3000)), accessory: button() },
      { type: 'section', fields: many(10, () => mrkdwn('x'.repeat(2000))) },
      { type: 'header', text: plain('x'.repeat(150)) },
      { type: 'context', elements: many(10, () => mrkdwn('x')) },
      ...actions(many(25, (at) => button({ action_id: `b${at}`, style: 'danger' }))),
      { type: 'plan', whatever: true },
      ...many(44, () => ({ type: 'divider' })),
    ];
    expect(blockComplaints(blocks, 'message')).toEqual([]);
    expect(blockCharacters(blocks)).toBe(3000 + 2 + 20_000 + 150 + 10 + 50);
  });

  it('refuses modals that Slack would refuse', () => {
    const view = (more: object) => ({ type: 'modal', title: plain('Deny'), blocks: [], ...more });
    const input = { type: 'input', label: plain('Why'), element: { type: 'plain_text_input' } };
    expect(viewComplaints(view({}))).toEqual([]);
    expect(viewComplaints(view({ title: plain('x'.repeat(25)) }))[0]).toContain('/view/title/text');
    expect(viewComplaints(view({ blocks: [input] }))[0]).toContain('missing required field: submit');
    expect(viewComplaints(view({ private_metadata: 'x'.repeat(3001) }))[0]).toContain('/view/private_metadata');
    expect(viewComplaints(view({ blocks: many(101, () => ({ type: 'divider' })) }))[0]).toContain('no more than 100 items');
  });
});
