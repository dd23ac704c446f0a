import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../lab/slack/workspace.ts';
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts';
import { load } from '../../src/load.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { configOf, leaksIn, openFolder, secretsOf } from './support/config.ts';
import { alarming, endProgram, type Program, startedProgram } from './support/program.ts';

const HOSTILE: Readonly<Record<string, string>> = {
  shell: '$(reboot);`id`|cat /etc/passwd&&rm -rf /*',
  'a shell word that looks like a name': 'billing;reboot',
  quotes: `'"'"' OR 1=1; DROP TABLE x; --`,
  'a mention of everybody': '<!channel> <!here|here> <!everyone> @channel',
  'a mention of a person and a group': '<@U0ANNA> <!subteam^S0DBAPPROVERS|@db-approvers>',
  'a link with another label': '<https://evil.example/login|Approve here> https://evil.example',
  mrkdwn: '*bold* _italic_ ~gone~ `code` ```\nfence\n``` > quote',
  entities: '&lt;!channel&gt; &amp;lt;!here&amp;gt;',
  'ten thousand characters': 'x'.repeat(10_000),
  'ten thousand words': 'y '.repeat(5000),
  emoji: '👩‍👩‍👧‍👦🏴‍☠️ :rotating_light: :pg:',
  'right-to-left marks': 'billing\u202egnillib\u202c \u2066x\u2069 \u200f',
  newlines: 'billing\n\n@channel\r\n*approved by anna*\n',
  'control characters': 'bill\u0000ing\u001b[31m\u0007',
  combining: `Z${'\u0351'.repeat(500)}`,
  'names of objects': '__proto__ constructor --__proto__=1 --constructor x',
  'an open quote': '"billing',
  flags: '-- --= --reason --to=--to --all --all --help -rf',
  'a secret of others': 'xoxb-1234567890-abcdefghij password=hunter2',
};
/** What data must not have become. */
const MADE = /<!(?!date\^)|<@(?!U0ADAM>)|<https?:\/\/evil|[\u202a-\u202e\u2066-\u2069]|hunter2|xoxb-1234/u;

const folder = openFolder();
let workspace: Workspace;
let redis: RedisServer;
let program: Program;
let names: readonly string[];

beforeAll(async () => {
  [workspace, redis] = await Promise.all([startWorkspace(), startRedisServer()]);
  names = (await load()).commands.map(({ name }) => name.replaceAll('-', ' '));
  const { seed, env } = workspace;
  const places = { redisPort: redis.port, healthPort: await freePort(), privateKeyFile: folder.privateKeyFile() };
  const config = configOf({ seed, slackApiUrl: env.SLACK_API_URL, ...places });
  program = await startedProgram(['bot', '--config', folder.write('trunkline.yml', config)], secretsOf(seed));
});
afterAll(async () => {
  await Promise.all([program && endProgram(program, 'SIGKILL'), workspace.stop(), redis.stop()]);
  folder.remove();
});

/** What is wrong with the clusters of this bot, which nobody can reach, is told in the channel of alerts and is no answer. */
const answers = async () =>
  (await workspace.messages()).filter((one) => one.fromBot && one.threadTs === undefined && one.place !== 'db-alerts');

/** Types them ten at once; resolves with the answers, of which there must be one each. */
async function answersTo(texts: readonly string[]): Promise<readonly Message[]> {
  const before = new Set((await answers()).map(({ ts }) => ts));
  const fresh = async () => (await answers()).filter(({ ts }) => !before.has(ts));
  for (let at = 0; at < texts.length; at += 10) {
    const some = texts.slice(at, at + 10);
    const sent = await Promise.all(some.map((text) => workspace.as('adam').command('/pg', text, { channel: 'db-ops' })));
    expect(sent.map(({ outcome }) => outcome)).toEqual(some.map(() => 'acked'));
  }
  await until(async () => (await fresh()).length >= texts.length, 15_000);
  return fresh();
}

describe('hostile text in any argument', () => {
  it.each(Object.entries(HOSTILE))(
    '%s: every command answers once, within Slack’s limits, and makes nothing of it',
    async (_name, text) => {
      const withFlags = ['switchover billing', 'deny r4k2m9xq'].map((words) => `${words} --reason "${text}" --to ${text}`);
      const typed = [text, ...names.map((name) => `${name} ${text}`), ...withFlags];
      const said = await answersTo(typed);
      expect(said).toHaveLength(typed.length);
      for (const { text: plain, blocks, shown } of said) {
        expect(`${plain} ${JSON.stringify(blocks)}`).not.toMatch(MADE);
        expect(shown.length).toBeLessThan(4000);
        expect(shown).not.toContain('A mistake in Trunkline');
      }
      expect(program.lives()).toBe(true);
    },
  );

  it('changed nothing: no run was made, and the log holds no error, no secret and nothing unhandled', async () => {
    const [runs] = await answersTo(['runs']);
    expect(runs?.shown).toContain('There are no runs.');
    expect(program.output()).not.toContain('"level":"error"');
    expect(alarming(program.output())).toEqual([]);
    expect(leaksIn(program.output(), secretsOf(workspace.seed))).toEqual([]);
    expect(program.output()).not.toMatch(/hunter2|xoxb-1234/);
  });

  it('ends with 0 within 10 s of SIGINT, as of Ctrl-C', async () => {
    const { code, millis } = await endProgram(program, 'SIGINT');
    expect(code).toBe(0);
    expect(millis).toBeLessThan(10_000);
  });
});
