import { describe, expect, it } from 'vitest';
import { haproxyGrants, setHealth, showServers } from '../../src/hosts/haproxy-commands.ts';
import { createHaproxyHost, parseAdminStates } from '../../src/hosts/haproxy-host.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { sudoers } from '../../src/stack/sudoers.ts';

const at = { socket: '/run/haproxy/admin.sock', backend: 'primary' };
const states = (pg1: number, pg2: number) => `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight
4 primary 1 pg1 10.0.0.1 2 ${pg1} 1
4 primary 2 pg2 10.0.0.2 0 ${pg2} 1

`;

/** A HAProxy that shows these states one after the other, and says this when its health is set. */
function host(shows: readonly string[], says = '\n') {
  const ran: string[] = [];
  const left = [...shows];
  const run = async (_host: string, { name, argv }: RemoteCommand) => {
    if (name === 'set health in HAProxy') ran.push(argv.slice(-2).join(' '));
    return { code: 0, stderr: '', stdout: name === 'set health in HAProxy' ? says : (left.shift() ?? '') };
  };
  const ssh = { run, mustRun: run, warm: async () => undefined, close: () => undefined };
  return { ran, haproxy: createHaproxyHost(ssh, 'lb1', at) };
}

describe('the runtime socket of HAProxy', () => {
  it('is told the new leader and the old one in one go, and leaves every administrative state as it was', async () => {
    const { ran, haproxy } = host([states(0, 0), states(0, 0)]);
    await haproxy.lead('pg2', 'pg1');
    expect(ran).toEqual(['pg2 pg1']);
  });

  it('says so when a server is in maintenance afterwards that was not before', async () => {
    await expect(host([states(0, 0), states(1, 0)]).haproxy.lead('pg2', 'pg1')).rejects.toThrow(
      /administrative state of pg1 in HAProxy on lb1 is not as before/,
    );
  });

  it('tells what HAProxy refused', async () => {
    await expect(host([states(0, 0), states(0, 0)], 'Permission denied\n').haproxy.lead('pg2', 'pg1')).rejects.toThrow(
      /HAProxy on lb1 refused: Permission denied/,
    );
  });

  it('lets no rejection go unhandled when its host is down, as that would end the bot while clients are paused', async () => {
    const lost: unknown[] = [];
    const note = (reason: unknown) => lost.push(reason);
    process.on('unhandledRejection', note);
    const down = async () => Promise.reject(new Error('lb1 is down'));
    const ssh = { run: down, mustRun: down, warm: async () => undefined, close: () => undefined };
    await expect(createHaproxyHost(ssh, 'lb1', at).lead('pg2', 'pg1')).rejects.toThrow('lb1 is down');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(lost).toEqual([]);
  });

  it('does not take something else for the state of its servers', () => {
    expect(() => parseAdminStates('No such backend.')).toThrow('something else');
    expect([...parseAdminStates(states(0, 6))]).toEqual([
      ['pg1', '0'],
      ['pg2', '6'],
    ]);
  });

  it('is granted by sudo for the servers of this backend alone', () => {
    const [set, show] = haproxyGrants(at, ['pg1', 'pg2']);
    const matches = (grant: typeof set, { argv: [, ...words] }: Pick<RemoteCommand, 'argv'>) =>
      grant !== undefined && 'matching' in grant.args && new RegExp(grant.args.matching).test(words.join(' '));
    expect(matches(set, setHealth(at, { up: 'pg2', down: 'pg1' }))).toBe(true);
    expect(matches(show, showServers(at))).toBe(true);
    expect(matches(set, setHealth(at, { up: 'pg3', down: 'pg1' }))).toBe(false);
    expect(matches(set, setHealth(at, { up: 'pg2', down: 'pg3' }))).toBe(false);
    expect(matches(set, setHealth({ ...at, backend: 'other' }, { up: 'pg2', down: 'pg1' }))).toBe(false);
    expect(matches(set, setHealth({ ...at, socket: '/tmp/x' }, { up: 'pg2', down: 'pg1' }))).toBe(false);
    expect(() => setHealth(at, { up: 'pg2; shutdown', down: 'pg1' })).toThrow('has not the form');
    expect(sudoers('trunkline', haproxyGrants(at, ['pg1']))).toContain('/bin/sh ^-c echo');
  });
});
