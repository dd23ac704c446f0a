import { describe, expect, it } from 'vitest';
import { forPage, type PageFacts } from '../../lab/slack/page-frame.ts';
import { pageWords } from '../../lab/slack/page-words.ts';
import { namesOf, personWords } from '../../lab/slack/person-words.ts';
import { seedWorkspace } from '../../lab/slack/seed.ts';

const names = namesOf(seedWorkspace());
const facts: PageFacts = { connected: true, route: { mode: 'socket' }, names };
const date = '<!date^1795399039^{date_short_pretty} {time_secs}|2026-11-23 01:57:19 UTC>';
const onPage = (text: string, verbatim = true) => pageWords(text, { verbatim, names });
const joined = (text: string) => text.replaceAll('·', '\u2060');

describe('what a person reads of mrkdwn', () => {
  it.each([
    [`since ${date}`, 'since 2026-11-23 01:57:19 UTC'],
    ['asked by <@U0OLGA>, seen in <#C0DBOPS>', 'asked by @olga, seen in #db-ops'],
    ['<!subteam^S0DBAPPROVERS> and <!here>', '@db-approvers and @here'],
    ['<https://lumen.example/a?b=1&amp;c=2|the run>', 'the run'],
    ['*pg1* 2 -&gt; 3, `a &lt; b &amp;&amp; c`', 'pg1 2 -> 3, a < b && c'],
    ['&amp;lt; stays what it is', '&lt; stays what it is'],
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['@\u2060here', '@here'],
    ['<@U0NOBODY>', '@U0NOBODY'],
  ])('%s', (mrkdwn, read) => {
    expect(personWords(mrkdwn, names)).toBe(read);
  });
});

describe('what the page is given, which reads tags in what it escapes itself', () => {
  it('is dates by their fallback, groups by name and characters instead of entities', () => {
    expect(onPage(`${date}: 2 -&gt; 3 &amp; <!subteam^S0DBAPPROVERS>`)).toBe('2026-11-23 01:57:19 UTC: 2 -> 3 & @db-approvers');
  });
  it('keeps the tags that the page knows', () => {
    expect(onPage('<@U0OLGA> <#C0DBOPS|db-ops> <https://a.example/x|here>')).toBe(
      '<@U0OLGA> <#C0DBOPS|db-ops> <https://a.example/x|here>',
    );
  });
  it('never makes a mention, a channel or a link of data that looks like one', () => {
    expect(onPage('&lt;@U0OLGA&gt; &lt;#C0DBOPS&gt; &lt;https://a.example|x&gt; &lt;!here&gt;')).toBe(
      joined('<·@U0OLGA> <·#C0DBOPS> <·https:·//a.example|x> <·!here>'),
    );
    expect(onPage('see https://a.example')).toBe(joined('see https:·//a.example'));
    expect(onPage('`&lt;@U0OLGA&gt; *b* :tada: https://a.example`')).toBe(joined('`<·@U0OLGA> ∗b∗ :·tada: https:·//a.example`'));
  });
  it('leaves elements as text and cannot be made to end an attribute', () => {
    expect(onPage('&lt;img src=x onerror=alert(1)&gt;')).toBe('<img src=x onerror=alert(1)>');
    expect(onPage('<https://a.example/"onmouseover=alert(1)|x>')).toBe('<https://a.example/%22onmouseover=alert(1)|x>');
  });
  it('links bare addresses where Slack does', () => {
    expect(onPage('see https://a.example', false)).toBe('see https://a.example');
  });
});

describe('a frame for the page', () => {
  const message = (fields: object) => ({ ts: '1.0', channel: 'C0DBOPS', ...fields });
  const passed = (frame: object): unknown => JSON.parse(forPage(JSON.stringify(frame), facts));

  it('has what the bot wrote in blocks and texts as Slack shows it, and what people typed as it is', () => {
    const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
    const header = { type: 'header', text: { type: 'plain_text', text: 'a &lt; b' } };
    expect(
      passed({ t: 'message', message: message({ bot_id: 'B1', text: '1 &lt; 2', blocks: [section('3 &gt; 2'), header] }) }),
    ).toEqual({
      t: 'message',
      message: message({ bot_id: 'B1', text: '1 < 2', blocks: [section('3 > 2'), header] }),
    });
    const typed = { t: 'message', message: message({ user: 'U0OLGA', text: '1 &lt; 2' }) };
    expect(passed(typed)).toEqual(typed);
  });
  it('says at the beginning whether the bot is connected, and leaves the log of calls alone', () => {
    const log = [{ text: { type: 'mrkdwn', text: '&lt;' } }];
    const state = {
      apps: [{ appId: 'A1', connected: false }],
      messages: { C1: [message({ bot_id: 'B1', text: '&amp;' })] },
      log,
    };
    expect(passed({ t: 'init', state })).toEqual({
      t: 'init',
      state: {
        apps: [{ appId: 'A1', mode: 'socket', connected: true }],
        messages: { C1: [message({ bot_id: 'B1', text: '&' })] },
        log,
      },
    });
  });
});
