import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createPagerDuty } from '../../src/paging/pagerduty.ts';
import { bodyOf } from '../support/body-of.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';
import { page } from './page.ts';

let server: TestServer | undefined;
afterEach(() => server?.close());
const ACCEPTED = JSON.stringify({ status: 'success', message: 'Event processed', dedup_key: 'k' });

async function sent(about = page(), [status, body]: readonly [number, string] = [202, ACCEPTED]) {
  let event: unknown;
  server = await httpServer((request, response) => {
    void bodyOf(request).then((text) => {
      event = JSON.parse(text);
      response.writeHead(status).end(body);
    });
  });
  const target = createPagerDuty({
    name: 'pager',
    routingKey: 'R0UT1NG',
    url: new URL(`${server.url}/v2/enqueue`),
    clock: systemClock,
  });
  const result = await target.send({ page: about, id: 'd1', signal: AbortSignal.timeout(5000) });
  return { result, event };
}

describe('the Events API v2 of PagerDuty', () => {
  it('gets a trigger with the incident as dedup_key and our severity, so that all of an incident is one alert', async () => {
    const { result, event } = await sent(page({ permalink: 'https://x.slack.com/p1' }));
    expect(result).toEqual({ ok: true });
    expect(event).toEqual({
      routing_key: 'R0UT1NG',
      event_action: 'trigger',
      dedup_key: '8f2c-4711-billing',
      client: 'Trunkline',
      links: [{ href: 'https://x.slack.com/p1', text: 'The incident in Slack' }],
      payload: {
        summary: 'billing: pg1 lost the leader key and nobody has it now',
        source: 'billing',
        severity: 'critical',
        timestamp: '2026-11-30T02:00:00.000Z',
        component: 'postgresql',
        group: 'billing',
        class: 'failover',
        custom_details: { details: page().details },
      },
    });
  });

  it.each([
    ['changed', {}, 'trigger'],
    ['changed', { acknowledgedBy: 'anna' }, 'acknowledge'],
    ['resolved', { acknowledgedBy: 'anna' }, 'resolve'],
  ] as const)('gets an incident that is %s (%o) as %s', async (phase, about, action) => {
    const { event } = await sent(page({ phase, ...about }));
    expect(event).toMatchObject({ event_action: action, dedup_key: '8f2c-4711-billing' });
  });

  it('gets nothing longer than it takes, and still one key for each incident', async () => {
    const long = page({ key: 'k'.repeat(300), summary: 's'.repeat(3000), details: ['d'.repeat(9000)] });
    const { event } = await sent(long);
    expect(event).toMatchObject({ dedup_key: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(JSON.stringify(event).length).toBeLessThan(3000);
  });

  it.each([
    [
      'refuses the event, with its words',
      [400, JSON.stringify({ message: 'Event object is invalid', errors: ["'routing_key' is invalid"] })],
      { again: false, why: "it answered 400: Event object is invalid; 'routing_key' is invalid" },
    ],
    ['has too much to do', [429, ''], { again: true, why: 'it answered 429' }],
    ['is down', [502, '<html>'], { again: true }],
    [
      'is not PagerDuty at all',
      [200, '<html>sign in</html>'],
      { again: true, why: expect.stringContaining('not as the Events API v2 does') },
    ],
    ['took something else', [202, '{"status":"eaten"}'], { again: true }],
  ] as const)('that %s is told so', async (_, answer, expected) => {
    expect((await sent(page(), answer)).result).toMatchObject({ ok: false, ...expected });
  });
});
