import { parseArgs } from 'node:util';
import { onParentGone } from './parent.ts';
import { seedWorkspace, withoutLeavers } from './seed.ts';
import { startWorkspace } from './workspace.ts';

const help = `Starts the Slack-compatible workspace.

  tsx lab/slack/main.ts [--host 127.0.0.1] [--port 8080] [--everybody]

  --everybody  also the people that only tests need (one who left the company)
  SLACK_WORKSPACE_HOST and SLACK_WORKSPACE_PORT do the same as --host and --port.
  Prints one line of JSON when it is up: {"origin", "env"}. Ends with SIGTERM, SIGINT, when local-slack
  ends, or when whoever started it with a pipe as standard input is gone.
`;

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    everybody: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}

const seed = values.everybody ? seedWorkspace() : withoutLeavers(seedWorkspace());

const workspace = await startWorkspace({
  host: values.host ?? process.env.SLACK_WORKSPACE_HOST ?? '127.0.0.1',
  port: Number(values.port ?? process.env.SLACK_WORKSPACE_PORT ?? 8080),
  seed,
  onExit(why) {
    process.stderr.write(`The workspace ends: ${why}.\n`);
    process.exit(1);
  },
}).catch((error: unknown) => {
  process.stderr.write(`The workspace did not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

const end = (): void => void workspace.stop().then(() => process.exit(0));
process.once('SIGTERM', end).once('SIGINT', end);
onParentGone(end);
process.stdout.write(`${JSON.stringify({ origin: workspace.origin, env: workspace.env })}\n`);
