import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { bodyOf } from '../support/body-of.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';
import { type SmtpServer, smtpServer } from '../support/smtp-server.ts';
import { configOf, leaksIn, openFolder, secretsOf } from './support/config.ts';
import { runProgram } from './support/program.ts';

const folder = openFolder();
let workspace: Workspace;
let receiver: TestServer;
let mails: SmtpServer;
const bodies: unknown[] = [];

beforeAll(async () => {
  [workspace, mails] = await Promise.all([startWorkspace(), smtpServer()]);
  receiver = await httpServer((request, response) => {
    void bodyOf(request).then((text) => {
      bodies.push(JSON.parse(text));
      if (request.url?.includes('enqueue')) response.writeHead(202).end('{"status":"success","dedup_key":"k"}');
      else response.writeHead(request.url === '/broken' ? 404 : 204).end();
    });
  });
});
afterAll(async () => {
  await Promise.all([workspace.stop(), receiver.close(), mails.close()]);
  folder.remove();
});

async function tested(hook: string, ...words: readonly string[]) {
  const { seed, env } = workspace;
  const targets = [
    { name: 'pager', pagerduty: { routingKey: 'env:PD_KEY', url: `${receiver.url}/v2/enqueue` } },
    { name: 'hook', webhook: { url: 'env:HOOK_URL', secret: 'env:HOOK_SECRET' } },
    {
      name: 'mail',
      email: { host: '127.0.0.1', port: mails.port, security: 'none', from: 'trunkline@example.com', to: ['dba@example.com'] },
    },
  ];
  const routes = [{ severities: ['critical'], targets: ['pager', 'hook'], escalation: [{ after: '5m', targets: ['mail'] }] }];
  const config = configOf({
    ...{ seed, slackApiUrl: env.SLACK_API_URL, redisPort: 1, healthPort: 1, privateKeyFile: folder.privateKeyFile() },
    change: { alerts: { targets, routes } },
  });
  const { SLACK_BOT_TOKEN = '' } = secretsOf(seed);
  // Only what it needs is there: no password of a cluster, no Redis, no app token.
  const secrets = {
    SLACK_BOT_TOKEN,
    PD_KEY: 'pd-key-0123456789',
    HOOK_URL: `${receiver.url}${hook}`,
    HOOK_SECRET: 'hook-secret-987',
  };
  const ended = await runProgram(['alert', 'test', ...words, '--config', folder.write('alert-test.yml', config)], secrets);
  expect(leaksIn(ended.output, secrets)).toEqual([]);
  return ended;
}

describe('trunkline alert test', () => {
  it('tells a test by Slack, webhook, PagerDuty and mail, without Redis and the clusters, and says how long each took', async () => {
    const { code, output } = await tested('/good?token=hunter2');
    expect(output).toMatch(/^Test incident trunkline-test-[0-9a-f]{8} of billing, critical: every way works$/m);
    expect(output).toMatch(/ok +Slack channel C0DBALERTS: told in \d+ m?s/);
    for (const way of ['pager (pagerduty)', 'hook (webhook)', 'mail (email)'])
      expect(output).toContain(`ok      target ${way}: told in`);
    expect(code).toBe(0);
    const message = await workspace.waitForMessage(({ shown }) => shown.includes('TEST of the alerts, over'), {
      channel: 'db-alerts',
    });
    expect(message.shown).toContain('Nothing happened, and nothing is to be done.');
    expect(bodies).toHaveLength(4);
    expect(bodies).toContainEqual(expect.objectContaining({ event_action: 'trigger' }));
    expect(bodies).toContainEqual(expect.objectContaining({ event_action: 'resolve' }));
    expect(bodies).toContainEqual(expect.objectContaining({ phase: 'open', test: true }));
    expect(mails.mails.map(({ data }) => /^Subject: (.*)$/m.exec(data)?.[1])).toEqual([
      'TEST [critical] billing: TEST of the alerts, nothing happened',
      'TEST [resolved] billing: TEST is over',
    ]);
  });

  it('ends with 1 when one way does not work, and says why and what to do', async () => {
    const { code, output } = await tested('/broken', '--cluster', 'billing');
    expect(code).toBe(1);
    expect(output).toContain('1 of 4 ways did not work');
    expect(output).toContain('FAILED  target hook (webhook): it answered 404\n          Look at url, secret and tls');
  });

  it('refuses a cluster that it does not know and a severity that there is not', async () => {
    const wrong = await tested('/good', '--cluster', 'biling');
    expect(wrong.output).toContain("there is no cluster 'biling'\nDid you mean billing?");
    expect((await tested('/good', '--severity', 'crtical')).output).toContain('Did you mean critical?');
  });
});
