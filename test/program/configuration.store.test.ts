import { afterAll, describe, expect, it } from 'vitest';
import { seedWorkspace } from '../../lab/slack/seed.ts';
import { configOf, leaksIn, memberOf, openFolder, secretsOf, type Tree } from './support/config.ts';
import { runProgram } from './support/program.ts';

const seed = seedWorkspace();
const secrets = secretsOf(seed);
const folder = openFolder();
const privateKeyFile = folder.privateKeyFile();
afterAll(() => folder.remove());

const good = (change: Tree = {}, cluster: Tree = {}) =>
  configOf({ seed, slackApiUrl: 'http://127.0.0.1:9/api/', redisPort: 5, healthPort: 6, privateKeyFile, change, cluster });

describe.concurrent('a configuration that can not be used ends the program with 78 before anything is opened', () => {
  it('names the line of broken YAML', async () => {
    const path = folder.write('broken.yml', 'slack:\n  botToken: "env:SLACK_BOT_TOKEN\nredis: {\n');
    const { code, output } = await runProgram(['start', '--config', path], secrets);
    expect(code).toBe(78);
    expect(output).toMatch(/broken\.yml has \d problems?:\n {2}the file \(line \d\): not valid YAML: /);
    expect(output).toContain('Check the indentation and the quotes around this line.');
    expect(output).not.toMatch(/\.ts:\d+/);
  });

  it('tells all problems at once, unknown keys with what was meant and missing secrets, and repeats no secret of the file', async () => {
    const config = good(
      { redis: { hots: '127.0.0.1' }, http: { port: 'nine' }, polices: [] },
      { members: [memberOf('pg1', { restport: 8008 })], postgres: { user: 'trunkline', password: 'hunter2-in-the-file' } },
    );
    const { code, output } = await runProgram(['config', 'check', folder.write('unknown.yml', config)]);
    expect(code).toBe(78);
    expect(output).toMatch(/unknown\.yml has 10 problems:/);
    expect(output).toMatch(/redis\.hots \(line \d+\): unknown key\n {4}Did you mean host\?/);
    expect(output).toMatch(/polices \(line \d+\): unknown key\n {4}Did you mean policies\?/);
    expect(output).toMatch(/clusters\[0\]\.members\[0\]\.restport \(line \d+\): unknown key\n {4}Did you mean restPort\?/);
    expect(output).toMatch(/redis \(line \d+\): it is not said where Redis is/);
    expect(output).toMatch(/http\.port \(line \d+\) is "nine": /);
    expect(output).toMatch(/postgres\.password \(line \d+\) is \[not shown\]: a secret is given as env:NAME or file:\/path/);
    expect(output).toContain('slack.botToken is env:SLACK_BOT_TOKEN: this environment variable is not set');
    expect(output).not.toContain('hunter2');
  });

  it('tells all secrets that are missing at once: variables, files, empty files', async () => {
    const empty = folder.write('empty', '');
    const config = good(
      { redis: { host: '127.0.0.1', port: 5, password: `file:${empty}` } },
      { postgres: { user: 'trunkline', password: 'file:/nowhere/postgres' } },
    );
    const { PATRONI_PASSWORD: _, ...rest } = secrets;
    const { code, output } = await runProgram(['start', '--config', folder.write('secrets.yml', config)], rest);
    expect(code).toBe(78);
    expect(output).toContain('secrets.yml has 3 problems:');
    expect(output).toContain('clusters[0].patroni.password is env:PATRONI_PASSWORD: this environment variable is not set');
    expect(output).toContain('clusters[0].postgres.password is file:/nowhere/postgres: this file can not be read (ENOENT)');
    expect(output).toContain(`redis.password is file:${empty}: this file is empty`);
    expect(leaksIn(output, secrets)).toEqual([]);
  });

  it('tells files and keys that can not be used, such as a TLS authority that is not there and a host key that is none', async () => {
    const config = good(
      { etcds: [{ name: 'main', endpoints: ['https://127.0.0.1:4'], tls: { ca: '/nowhere/ca.pem' } }] },
      {
        members: [memberOf('pg1', { sshHostKey: 'ssh-ed25519 AAAA' })],
        ssh: { user: 'trunkline', privateKeyFile: '/nowhere/id_ed25519' },
      },
    );
    const { code, output } = await runProgram(['start', '--config', folder.write('files.yml', config)], secrets);
    expect(code).toBe(78);
    expect(output).toContain('files.yml has 3 problems:');
    expect(output).toContain('etcds[0].tls.ca is /nowhere/ca.pem: this file can not be read (ENOENT)');
    expect(output).toContain('clusters[0].ssh.privateKeyFile is /nowhere/id_ed25519: this file can not be read (ENOENT)');
    expect(output).toMatch(/clusters\[0\]\.members\[0\]\.sshHostKey .*this is not a whole host key/);
  });

  it('says which file it looked for when there is none', async () => {
    const { code, output } = await runProgram(['worker', '--config', '/nowhere/trunkline.yml'], secrets);
    expect(code).toBe(78);
    expect(output).toContain('/nowhere/trunkline.yml has 1 problem:\n  the file: the file can not be read (ENOENT)');
    expect(output).toContain('Name it with --config FILE or TRUNKLINE_CONFIG');
  });

  it('takes a good one, says of which clusters, and warns of what is allowed and hardly meant', async () => {
    const path = folder.write('good.yml', good({}, { ssh: undefined }));
    const { code, output } = await runProgram(['config', 'check', path], secrets);
    const lines = output.trimEnd().split('\n');
    expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: 'the configuration is good: 1 cluster(s): billing' });
    expect(lines.filter((line) => line.startsWith('warning:'))).toEqual([
      "warning: clusters[0].patroni.password: the password of Patroni's REST API of billing is sent in the clear",
    ]);
    const again = await runProgram(['config', 'check', '--config', path], secrets);
    expect({ code: again.code, lines: again.output.trimEnd().split('\n').toSorted() }).toEqual({ code, lines: lines.toSorted() });
  });
});

describe.concurrent('the other verbs', () => {
  it('print the app manifest for Socket Mode and for signed HTTP', async () => {
    const [socket, http] = await Promise.all([
      runProgram(['manifest']),
      runProgram(['manifest', '--url', 'https://pg.example/slack/events']),
    ]);
    expect([socket.code, http.code]).toEqual([0, 0]);
    expect(socket.output).toContain('socket_mode_enabled: true');
    expect(http.output).toContain('https://pg.example/slack/events');
  });

  it('say of an address that Slack would not call what it must be', async () => {
    const { code, output } = await runProgram(['manifest', '--url', 'pg.example']);
    expect({ code, output }).toEqual({
      code: 64,
      output:
        "trunkline manifest: 'pg.example' is no https address; Slack wants one, such as https://bot.example.com/slack/events\n",
    });
  });

  it('print what sudo must allow, without needing any secret, once for hosts that need the same', async () => {
    const elsewhere = memberOf('pg3', { dataDirectory: '/data/pg' });
    const config = good({}, { members: [memberOf('pg1'), memberOf('pg2'), elsewhere] });
    const { code, output } = await runProgram(['sudoers', '--config', folder.write('sudoers.yml', config)]);
    expect(code).toBe(0);
    expect(output.match(/^# \/etc\/sudoers\.d\/trunkline/gm)).toHaveLength(2);
    expect(output).toContain('#   pg1 of billing\n#   pg2 of billing\nDefaults:trunkline ');
    expect(output).toContain('trunkline ALL=(postgres) NOPASSWD: /usr/bin/psql -X -w -d postgres -c CHECKPOINT\n');
    expect(output).toMatch(/# {3}pg3 of billing\n(.*\n)+.* \/data\/pg \/data\/pg\/pg_wal\n/);
  });

  it('say that no host needs sudo where no cluster has ssh', async () => {
    const { code, output } = await runProgram(['sudoers', '--config', folder.write('no-ssh.yml', good({}, { ssh: undefined }))]);
    expect(code).toBe(69);
    expect(output).toBe(
      'trunkline: no cluster of this configuration has ssh, so no host needs sudo\n' +
        'Add `ssh` to a cluster, with the user and the key that Trunkline logs in with.\n',
    );
  });

  it('end with 64 and the usage for a verb that does not exist or an option that is wrong', async () => {
    const [verb, option] = await Promise.all([runProgram(['strat']), runProgram(['start', '--confg', 'x'])]);
    expect([verb.code, option.code]).toEqual([64, 64]);
    expect(verb.output).toContain("there is no 'strat'; did you mean 'start'?");
    expect(option.output).toContain("Unknown option '--confg'");
    expect(option.output).toContain('trunkline start  [--config FILE]');
  });
});
