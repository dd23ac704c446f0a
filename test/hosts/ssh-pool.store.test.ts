import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createHostReads } from '../../src/hosts/host-reads.ts';
import { addresses, checkpoint, type RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { closePools, poolOn, thrownBy } from '../support/ssh-pool-on.ts';
import { type Exec, says } from '../support/ssh-server.ts';
import { until } from '../support/until.ts';

afterEach(closePools);

const echo = (text: string): RemoteCommand => ({ name: 'echo', as: 'trunkline', argv: ['/bin/echo', '-n', text] });

describe('running a command on a host', () => {
  it('hands over every word as it is', async () => {
    const { ssh } = await poolOn();
    const text = `$(id) 'a' "b" ; \n*`;
    expect(await ssh.run('pg1', echo(text))).toEqual({ code: 0, stdout: text, stderr: '' });
  });

  it('goes through sudo without a prompt where it is for somebody else', async () => {
    const { ssh, server } = await poolOn((_line, channel) => says(channel, 0));
    await ssh.run('pg1', checkpoint());
    expect(server.lines[0]).toBe(
      "'/usr/bin/sudo' '-n' '-u' 'postgres' '--' '/usr/bin/psql' '-X' '-w' '-d' 'postgres' '-c' 'CHECKPOINT'",
    );
  });

  it('keeps one connection for all commands, and never has more than 8 channels open on it', async () => {
    const { ssh, server } = await poolOn((_line, channel) => {
      setTimeout(() => says(channel, 0, 'x'), 20);
    });
    const results = await Promise.all(Array.from({ length: 40 }, () => ssh.run('pg1', addresses())));
    expect(results.every(({ code }) => code === 0)).toBe(true);
    expect(server.connections()).toBe(1);
    expect(server.mostChannels()).toBeLessThanOrEqual(8);
  });

  it('never has more channels open than the host was said to allow', async () => {
    const slowly: Exec = (_line, channel) => {
      setTimeout(() => says(channel, 0, 'x'), 20);
    };
    const { ssh, server } = await poolOn(slowly, (target) => ({ ...target, limits: { sessions: 2 } }));
    await Promise.all(Array.from({ length: 10 }, () => ssh.run('pg1', addresses())));
    expect(server.mostChannels()).toBe(2);
  });

  it('takes the first bytes of a long answer, and ends the command then', async () => {
    let signalled = '';
    const { ssh } = await poolOn((_line, channel, sent) => {
      sent.signal((name) => {
        signalled = name;
      });
      channel.write('x'.repeat(5000));
    });
    const { stdout, cut } = await ssh.run('pg1', addresses(), { firstBytes: 1000 });
    expect([stdout.length, cut]).toEqual([1000, true]);
    await until(() => signalled === 'TERM');
  });

  it('gives an exit code and stderr as a result, and as an error where success is a must', async () => {
    const { ssh } = await poolOn((_line, channel) => says(channel, 2, '', 'df: no such file\n'));
    expect(await ssh.run('pg1', echo(''))).toMatchObject({ code: 2, stderr: 'df: no such file\n' });
    expect((await thrownBy(ssh.mustRun('pg1', echo('')))).message).toBe("'echo' on pg1 failed (exit 2): df: no such file");
  });

  it('calls a refusal of sudo what it is, and says where to look', async () => {
    const { ssh } = await poolOn((_line, channel) => says(channel, 1, '', 'sudo: a password is required\n'));
    const refused = await thrownBy(ssh.run('pg1', checkpoint()));
    expect(refused.message).toBe("sudo refused: the host pg1 does not grant 'checkpoint' as postgres");
    expect(refused.hint).toContain('trunkline sudoers');
  });

  it('gives up on a host that says more than 1 MiB, and ends the command', async () => {
    let signalled = '';
    const { ssh } = await poolOn((_line, channel, sent) => {
      sent.signal((name) => {
        signalled = name;
      });
      const flood = () => {
        while (!channel.destroyed && channel.writable && channel.write(Buffer.alloc(32_768, 0xff)));
      };
      channel.on('drain', flood);
      channel.on('error', () => undefined);
      flood();
    });
    expect((await thrownBy(ssh.run('pg1', addresses()))).message).toBe("'addresses' on pg1 answered more than 1 MiB");
    await until(() => signalled === 'TERM');
  });

  it('tells binary output as no disk, in words', async () => {
    const { ssh } = await poolOn((_line, channel) => says(channel, 0, Buffer.from([0xff, 0, 0xc3, 10, 0x28]).toString('latin1')));
    const layouts = new Map([['pg1', layoutOf({ dataDirectory: '/data' })]]);
    const reads = createHostReads({ ssh, layouts, clock: systemClock });
    expect(await reads.disk('pg1')).toMatchObject({ ok: false, why: expect.stringMatching(/^df printed/), source: 'df on pg1' });
    expect(await reads.addresses('pg1')).toMatchObject({ ok: false, why: 'ip printed something else than JSON' });
  });

  it('stops at the deadline and takes a new connection for the next command', async () => {
    let mute = true;
    const { ssh, server } = await poolOn((_line, channel) => {
      if (!mute) says(channel, 0, 'ok');
    });
    const late = await thrownBy(ssh.run('pg1', addresses(), { timeoutMs: 300 }));
    expect(late.message).toBe("'addresses' on pg1 gave no answer within 300 ms");
    mute = false;
    expect(await ssh.run('pg1', addresses())).toMatchObject({ stdout: 'ok' });
    expect(server.connections()).toBe(2);
  });

  it('ends the remote command when aborted', async () => {
    let signalled = '';
    const { ssh, server } = await poolOn((_line, _channel, sent) => {
      sent.signal((name) => {
        signalled = name;
      });
    });
    const stop = new AbortController();
    const running = ssh.run('pg1', addresses(), { signal: stop.signal });
    await until(() => server.lines.length === 1);
    stop.abort(new Error('cancelled by a person'));
    await expect(running).rejects.toThrow('cancelled by a person');
    await until(() => signalled === 'TERM');
  });
});

describe('a connection that died', () => {
  it('is replaced at once for a command that may be repeated', async () => {
    let asked = 0;
    const { ssh, server } = await poolOn((_line, channel) => {
      asked += 1;
      if (asked === 2) server.cut();
      else says(channel, 0, 'ok');
    });
    await ssh.run('pg1', addresses());
    expect(await ssh.run('pg1', addresses(), { mayRepeat: true })).toMatchObject({ stdout: 'ok' });
    expect(asked).toBe(3);
  });

  it('is an error for a command that must not run twice', async () => {
    let asked = 0;
    const { ssh, server } = await poolOn((_line, channel) => {
      asked += 1;
      if (asked === 2) server.cut();
      else says(channel, 0, 'ok');
    });
    await ssh.run('pg1', addresses());
    expect((await thrownBy(ssh.run('pg1', addresses()))).message).toBe("the connection to pg1 was cut while 'addresses' ran");
    await delay(20);
    expect(asked).toBe(2);
  });

  it('while nobody uses it does not end the process, and the next command connects anew', async () => {
    const { ssh, server } = await poolOn((_line, channel) => says(channel, 0, 'ok'));
    await ssh.run('pg1', addresses());
    server.cut();
    expect(await ssh.run('pg1', addresses(), { mayRepeat: true })).toMatchObject({ stdout: 'ok' });
    expect(server.connections()).toBe(2);
  });
});
