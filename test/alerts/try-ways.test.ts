import { describe, expect, it } from 'vitest';
import type { Route } from '../../src/alerts/ports.ts';
import type { Page } from '../../src/core/page.ts';
import { type Trial, tryWays, type Ways } from '../../src/alerts/try-ways.ts';
import { refusal } from '../../src/core/errors.ts';
import type { Message } from '../../src/core/message.ts';
import { createFakeClock } from '../chat/fake-clock.ts';
import { messageLines } from '../support/message-lines.ts';

const route = (about: Partial<Route> = {}): Route => ({
  channel: 'C0ALERTS1',
  mention: ['S0DBRE001'],
  targets: ['pager'],
  backup: { targets: ['mail', 'pager'], afterMs: 20_000 },
  escalation: [{ afterMs: 300_000, mention: [], targets: ['phone'] }],
  ...about,
});
const trialOf = (routes: readonly Route[] = [route()]): Trial => ({
  ...{ id: 't1', cluster: 'billing', severity: 'critical', routes },
  by: 'sent by trunkline alert test on host1',
});

function world(broken: Partial<Ways> = {}) {
  const [posts, edits, pages]: [Message[], Message[], [string, Page][]] = [[], [], []];
  const ways: Ways = {
    async post(channel, message) {
      posts.push(message);
      return { channel, ts: '1.1' };
    },
    async edit(_, message) {
      edits.push(message);
    },
    permalink: async ({ channel }) => `https://x.slack.com/${channel}`,
    async tell(page, target) {
      pages.push([target, page]);
      return undefined;
    },
    ...broken,
  };
  return { posts, edits, pages, run: (routes?: readonly Route[]) => tryWays(trialOf(routes), ways, createFakeClock()) };
}

describe('a test of the ways of alerts', () => {
  it('tells each channel and each target of the routes once, also those of later steps, and resolves it again', async () => {
    const { run, posts, edits, pages } = world();
    const tried = await run([route(), route({ channel: 'C0OTHERS1' }), route()]);
    expect(tried.map(({ name, why }) => [name, why])).toEqual(
      ['C0ALERTS1', 'C0OTHERS1', 'pager', 'mail', 'phone'].map((name) => [name, undefined]),
    );
    expect([posts.length, edits.length]).toEqual([2, 2]);
    expect(pages.filter(([target]) => target === 'pager').map(([, { phase, key, test }]) => [phase, key, test])).toEqual([
      ['open', 't1', true],
      ['resolved', 't1', true],
    ]);
    expect(pages[0]?.[1]).toMatchObject({ permalink: 'https://x.slack.com/C0ALERTS1', summary: expect.stringContaining('TEST') });
  });

  it('can not be taken for an incident, and names nobody so that nobody wakes', async () => {
    const { run, posts, edits } = world({ tell: async (_, target) => (target === 'mail' ? 'connection refused' : undefined) });
    await run();
    const [post, edit] = [posts, edits].map(([message]) => (message ? messageLines(message) : []).join('\n'));
    expect(posts[0]?.summary).toBe('TEST of the alerts of billing, nothing happened');
    expect(post).toContain('Nothing happened, and nothing is to be done.');
    expect(post).toContain('would name S0DBRE001');
    expect(edit).toContain('Target mail: connection refused');
    expect(JSON.stringify(posts)).not.toContain('person');
  });

  it('says of each way that does not work why and what to do, and tries the others all the same', async () => {
    const { run } = world({
      post: () => Promise.reject(refusal('chat.postMessage: Slack refuses it (not_in_channel)', 'Invite the app.')),
      tell: async ({ phase }, target) => (target === 'pager' && phase === 'resolved' ? 'it answered 500' : undefined),
    });
    expect(await run()).toEqual([
      { way: 'slack', name: 'C0ALERTS1', why: 'chat.postMessage: Slack refuses it (not_in_channel)', hint: 'Invite the app.' },
      {
        way: 'target',
        name: 'pager',
        why: 'it was told in 0 ms, but not that it is over: it answered 500',
        hint: 'Resolve it there by hand.',
      },
      { way: 'target', name: 'mail', tookMs: 0 },
      { way: 'target', name: 'phone', tookMs: 0 },
    ]);
  });

  it('fails where the message can not be edited, because incidents live by edits', async () => {
    const { run } = world({ edit: () => Promise.reject(refusal('chat.update: Slack refuses it (cant_update_message)', 'x')) });
    expect((await run())[0]?.why).toContain('could not be edited');
  });
});
