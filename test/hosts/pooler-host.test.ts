import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { armResume, disarmResume, pausePooler, poolerGrants, resumePooler } from '../../src/hosts/pooler-commands.ts';
import { createPoolerHost, parseTimer } from '../../src/hosts/pooler-host.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import type { RemoteResult } from '../../src/hosts/ssh-channel.ts';
import type { RunOptions } from '../../src/hosts/ssh-pool.ts';
import { sudoers } from '../../src/stack/sudoers.ts';

const target = { host: '10.0.0.21', port: 6432, adminUser: 'adm', databases: ['app', 'jobs'], user: 'trunkline' };
const unit = 'trunkline-resume-7711-t7-lb1';

/** A host where commands end so, by name; everything else ends well. */
function host(ends: Readonly<Record<string, Partial<RemoteResult>>> = {}) {
  const ran: { readonly command: RemoteCommand; readonly options: RunOptions | undefined }[] = [];
  const run = async (_host: string, command: RemoteCommand, options?: RunOptions): Promise<RemoteResult> => {
    ran.push({ command, options });
    return { code: 0, stdout: '', stderr: '', ...ends[command.name] };
  };
  const ssh = { run, mustRun: run, warm: async () => undefined, close: () => undefined };
  return { ran, pooler: createPoolerHost(ssh, 'lb1', target) };
}

describe('a PgBouncer on its host', () => {
  it('is armed with the password in a file and not in an argv, and only after the same login has worked', async () => {
    const { ran, pooler } = host();
    await pooler.arm(unit, 'pa:ss\\word');
    expect(ran.map(({ command }) => command.name)).toEqual([
      'write password file',
      'try the console of PgBouncer',
      'disarm the resume timer',
      'arm the resume timer',
    ]);
    expect(ran[0]?.options?.stdin).toBe('10.0.0.21:6432:*:adm:pa\\:ss\\\\word\n');
    expect(JSON.stringify(ran.map(({ command }) => command.argv))).not.toContain('word"');
    expect(JSON.stringify(ran.map(({ command }) => command.argv))).not.toContain('pa:ss');
  });

  it.each([
    [0, true],
    [1, false],
  ])('reads exit %i of a pause as %j', async (code, paused) => {
    expect(await host({ 'pause PgBouncer': { code } }).pooler.pause(unit)).toBe(paused);
  });

  it('says that nothing was paused where the timer is not armed', async () => {
    await expect(host({ 'pause PgBouncer': { code: 75 } }).pooler.pause(unit)).rejects.toThrow(
      /is not armed, so it was not paused/,
    );
  });

  it('lets the timer be stopped twice', async () => {
    await host({ 'disarm the resume timer': { code: 5 } }).pooler.disarm(unit);
    await expect(host({ 'disarm the resume timer': { code: 1 } }).pooler.disarm(unit)).rejects.toThrow(/cannot be stopped/);
  });

  it.each([
    ['says that it is not paused', 1, 0],
    ['cannot be reached', 2, 1],
    ['has no psql', 127, 1],
  ])('knows a RESUME that was not given where the console %s, as the timer must stay then', (_says, psql, code) => {
    const [program = '', ...words] = resumePooler(target).argv;
    const stub = `sh\t-c\t'exit\t${psql}'`;
    const { status } = spawnSync(
      program,
      words.map((word) => word.replaceAll('/usr/bin/psql', stub)),
    );
    expect(status).toBe(code);
  });

  it('tells the age of a timer by the clock of its host', () => {
    const text = 'ActiveState=active\nActiveEnterTimestampMonotonic=1000500000\n1003.50 4000.00\n';
    expect(parseTimer(text)).toEqual({ active: true, ageMs: 3000 });
    expect(parseTimer(text.replace('=active', '=inactive'))).toMatchObject({ active: false });
    expect(() => parseTimer('nonsense')).toThrow('unknown form');
  });

  it('is granted by sudo in exactly one form, whatever a name tries to add', () => {
    const [arm, disarm] = poolerGrants(target);
    const matches = (grant: typeof arm, { argv: [, ...words] }: RemoteCommand) =>
      grant !== undefined && 'matching' in grant.args && new RegExp(grant.args.matching).test(words.join(' '));
    expect(matches(arm, armResume(target, unit))).toBe(true);
    expect(matches(disarm, disarmResume(unit))).toBe(true);
    expect(matches(arm, armResume({ ...target, user: 'root' }, unit))).toBe(false);
    expect(matches(arm, armResume({ ...target, databases: ['app', 'other'] }, unit))).toBe(false);
    expect(() => armResume(target, 'sshd')).toThrow('has not the form');
    expect(() => pausePooler(target, '$(reboot)')).toThrow('has not the form');
    expect(sudoers('trunkline', poolerGrants(target))).toMatch(/systemd-run/);
    expect(resumePooler(target).as).toBe('trunkline');
  });
});
