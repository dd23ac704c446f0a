import type { AllMiddlewareArgs, App, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { startSocketApp } from './bolt-app.ts';

const modal = {
  type: 'modal' as const,
  callback_id: 'deny',
  private_metadata: 'request-7',
  title: { type: 'plain_text' as const, text: 'Deny' },
  submit: { type: 'plain_text' as const, text: 'Deny' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'why',
      label: { type: 'plain_text' as const, text: 'Why?' },
      element: { type: 'plain_text_input' as const, action_id: 'reason' },
    },
  ],
};

const approval = [
  { type: 'section' as const, text: { type: 'mrkdwn' as const, text: 'Switch *billing* over?' } },
  {
    type: 'actions' as const,
    block_id: 'vote',
    elements: [
      { type: 'button' as const, action_id: 'approve', value: 'r7', text: { type: 'plain_text' as const, text: 'Approve' } },
      { type: 'button' as const, action_id: 'deny', value: 'r7', text: { type: 'plain_text' as const, text: 'Deny' } },
    ],
  },
];

type Command = SlackCommandMiddlewareArgs & AllMiddlewareArgs;

const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

/** What the app does on `/pg`, by the words after it. */
const commands: Record<string, (args: Command) => Promise<unknown>> = {
  status: ({ respond }) => respond('all is well'),
  ask: ({ client, command }) =>
    client.chat.postMessage({
      channel: command.channel_id,
      text: 'Switch billing over?',
      blocks: approval,
      metadata: { event_type: 'request', event_payload: { id: 'r7' } },
    }),
  async 'six times'({ respond }) {
    for (let time = 1; time <= 6; time += 1) await failure(respond(`time ${time}`));
  },
  async 'slow modal'({ respond, client, command }) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    await respond(String(await failure(client.views.open({ trigger_id: command.trigger_id, view: modal }))));
  },
  async 'two modals'({ respond, client, command }) {
    await client.views.open({ trigger_id: command.trigger_id, view: modal });
    await respond(String(await failure(client.views.open({ trigger_id: command.trigger_id, view: modal }))));
  },
};

function setUp(app: App): void {
  app.command('/pg', async (args) => {
    await (args.command.text === 'string ack' ? args.ack('just a string') : args.ack());
    await commands[args.command.text]?.(args);
  });
  app.action('approve', async ({ ack, body, client, respond }) => {
    await ack();
    if (body.type !== 'block_actions' || !body.message || !body.channel) return;
    await client.chat.update({
      channel: body.channel.id,
      ts: body.message.ts,
      text: `Approved by <@${body.user.id}>`,
      blocks: [],
    });
    await client.chat.postMessage({ channel: body.channel.id, thread_ts: body.message.ts, text: 'Step 1 is done' });
    await client.filesUploadV2({
      channel_id: body.channel.id,
      thread_ts: body.message.ts,
      filename: 'lag.png',
      file: Buffer.from([137, 80, 78, 71, 0, 255]),
    });
    await respond({ text: 'You approved it', replace_original: false });
  });
  app.action('deny', async ({ ack, body, client }) => {
    await ack();
    if (body.type === 'block_actions') await client.views.open({ trigger_id: body.trigger_id, view: modal });
  });
  app.view('deny', async ({ ack, view, body, client }) => {
    const reason = view.state.values.why?.reason?.value ?? '';
    if (reason.length < 5) return ack({ response_action: 'errors', errors: { why: 'Say a little more.' } });
    await ack();
    await client.chat.postMessage({ channel: body.user.id, text: `Denied ${view.private_metadata}: ${reason}` });
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: `You said: ${event.text}`, thread_ts: event.ts });
  });
}

describe('a real Bolt app on Socket Mode', () => {
  let workspace: Workspace;
  let app: App;
  beforeAll(async () => {
    workspace = await startWorkspace();
    app = await startSocketApp(workspace, setUp);
  });
  afterAll(async () => {
    await app.stop();
    await workspace.stop();
  });

  it('acknowledges a slash command and answers the person alone, with times of both', async () => {
    const delivery = await workspace.as('vera').command('/pg', 'status', { channel: 'db-ops' });
    expect(delivery.outcome).toBe('acked');
    const answer = await workspace.waitForMessage((each) => each.text === 'all is well');
    expect(answer).toMatchObject({ onlyFor: 'vera', place: 'db-ops', fromBot: true });
    expect(answer.acceptedAt).toBeGreaterThan(delivery.sentAt);
    expect(delivery.ackMs).toBeLessThan(1000);
  });

  it('shows the words of an ack to the person alone, as Slack does without a response_type', async () => {
    await workspace.as('vera').command('/pg', 'string ack', { channel: 'db-ops' });
    expect((await workspace.as('vera').inbox()).map((each) => each.text)).toContain('just a string');
  });

  it('carries a click, an edit, a thread, a file and an answer to the click', async () => {
    await workspace.as('olga').command('/pg', 'ask', { channel: 'db-ops' });
    const request = await workspace.waitForMessage((each) => each.metadata?.event_type === 'request');
    expect(request.shown).toContain('Switch billing over?');
    await expect(workspace.as('adam').click(request, 'Explode')).rejects.toThrow('"Approve" (approve)');
    const click = await workspace.as('adam').click(request, 'Approve');
    expect(click.payload).toMatchObject({ user: { id: 'U0ADAM', team_id: 'T0LUMEN' }, container: { is_ephemeral: false } });
    await workspace.waitForMessage((each) => each.text === 'You approved it' && each.onlyFor === 'adam');
    const [root, step, file] = await workspace.thread(request.ts);
    expect(root).toMatchObject({ text: 'Approved by <@U0ADAM>', edited: true, buttons: [], metadata: { event_type: 'request' } });
    expect(step?.text).toBe('Step 1 is done');
    expect(file?.files[0]).toMatchObject({ name: 'lag.png', size: 6 });
    const download = await fetch(String(file?.files[0]?.url_private), {
      headers: { authorization: `Bearer ${workspace.env.SLACK_BOT_TOKEN}` },
    });
    expect([...new Uint8Array(await download.arrayBuffer())]).toEqual([137, 80, 78, 71, 0, 255]);
  });

  it('opens a modal, refuses a short reason, takes a longer one, and writes the person a direct message', async () => {
    await workspace.as('olga').command('/pg', 'ask', { channel: 'db-alerts' });
    const request = await workspace.waitForMessage((each) => each.place === 'db-alerts' && each.buttons.length === 2);
    await workspace.as('anna').click(request, 'deny');
    await workspace.waitForEntry((each) => each.kind === 'view' && each.data.user === 'U0ANNA');
    const anna = workspace.as('anna');
    await expect(anna.submit({ reason: '' })).rejects.toThrow('needs a value for "reason"');
    await expect(anna.submit({ nothing: 'x' })).rejects.toThrow('it has: reason, why');
    expect(await anna.submit({ reason: 'no' })).toMatchObject({ result: 'errors', errors: { why: 'Say a little more.' } });
    expect(await anna.submit({ reason: 'backup is running' })).toMatchObject({ result: 'closed' });
    expect(await anna.view()).toBeUndefined();
    await workspace.waitForMessage((each) => each.place === '@anna' && each.text === 'Denied request-7: backup is running');
  });

  it('lets a trigger live as long as told and work once', async () => {
    await workspace.set({ triggerTtl: 100 });
    await workspace.as('olga').command('/pg', 'slow modal', { channel: 'db-ops' });
    await workspace.waitForMessage((each) => each.text.includes('expired_trigger_id'));
    await workspace.set({ triggerTtl: 3000 });
    await workspace.as('olga').command('/pg', 'two modals', { channel: 'db-ops' });
    await workspace.waitForMessage((each) => each.text.includes('exchanged_trigger_id'));
    await workspace.as('olga').dismiss();
  });

  it('takes a response_url five times', async () => {
    await workspace.as('olga').command('/pg', 'six times', { channel: 'db-audit' });
    await workspace.waitForMessage((each) => each.text === 'time 5');
    await workspace.waitForEntry((each) => each.kind === 'ack');
    expect((await workspace.messages('db-audit')).some((each) => each.text === 'time 6')).toBe(false);
  });

  it('brings a mention as an event and the answer into its thread', async () => {
    const said = await workspace.as('vera').say('<@U0TRUNKLINE> hello', { channel: 'db-ops' });
    const answer = await workspace.waitForMessage((each) => each.threadTs === said.ts);
    expect(answer.text).toContain('hello');
  });

  it('tells of a stranger and of a shared channel in what it delivers', async () => {
    const delivery = await workspace.as('pat').command('/pg', 'from outside', { channel: 'partners' });
    expect(delivery.payload).toMatchObject({ user_id: 'U0PAT', team_id: 'T0HARBOR', channel_name: 'partners' });
    const { channel } = await app.client.conversations.info({ channel: 'C0PARTNERS' });
    expect(channel?.is_ext_shared).toBe(true);
  });
});
