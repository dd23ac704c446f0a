import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { createUnits, type UnitSpec } from '../../src/hosts/units.ts';
import { closePools, poolOn, thrownBy } from '../support/ssh-pool-on.ts';
import { says, type SshServer } from '../support/ssh-server.ts';

afterEach(closePools);

const spec: UnitSpec = {
  claim: 'r1-copy',
  withinMs: 60_000,
  command: {
    ...{ name: 'base backup', slot: 's', maxRateKibPerSecond: 1000, suffix: 'new' },
    from: { host: 'pg2', port: 5432, user: 'replicator' },
  },
};

/** What a host answers, by the first pattern that fits a command; a command that none fits ends well. */
type Answers = readonly (readonly [RegExp, (line: string, server: SshServer) => readonly [number, string?, string?] | 'cut'])[];

async function unitsOn(answers: Answers, clock = systemClock) {
  let running: SshServer | undefined;
  const { ssh, server } = await poolOn((line, channel) => {
    const found = answers.find(([pattern]) => pattern.test(line))?.[1];
    const said = found && running ? found(line, running) : ([0] as const);
    if (said === 'cut') running?.cut();
    else says(channel, ...said);
  });
  running = server;
  return {
    server,
    units: createUnits({ ssh, layouts: new Map([['pg1', layoutOf({ dataDirectory: '/data' })]]), clock, systemd: true }),
  };
}
/** A clock on which every sleep is over at once, and was a long one. */
function hurried(): Clock {
  let now = 0;
  return {
    ...systemClock,
    now: () => now,
    async sleep(millis) {
      now += 50 * millis;
    },
  };
}
const none = [2, '', 'ls: cannot access: No such file or directory\n'] as const;

describe('starting long work', () => {
  it('whose answer was lost with the connection is ours when the claim says so', async () => {
    let nonce = '';
    const { units } = await unitsOn([
      [/'\/usr\/bin\/ls'/, () => none],
      [
        /systemd-run/,
        (line) => {
          nonce = /'([0-9a-f]{16})'/.exec(line)?.[1] ?? '';
          return 'cut';
        },
      ],
      [/\/owner'/, () => [0, `${nonce}\n`]],
    ]);
    expect(await units.start('pg1', spec)).toBe('ours');
  });

  it('which somebody else did a moment before is not ours, and leaves no failed unit and no secret behind', async () => {
    const { units, server } = await unitsOn([
      [/'\/usr\/bin\/ls'/, () => none],
      [/\/owner'/, () => [0, 'ffffffffffffffff\n']],
      [/'show'/, () => [0, 'ActiveState=failed\nControlGroup=\n']],
    ]);
    expect(await units.start('pg1', { ...spec, secret: 'hunter2' })).toBe('taken');
    expect(server.lines.some((line) => line.includes("'reset-failed'"))).toBe(true);
    expect(
      server.lines.filter(
        (line) => /'\/bin\/sh' '-c' .*r1-copy\.[0-9a-f]{16}\.secret'$/s.test(line) && !line.includes('systemd-run'),
      ),
    ).toHaveLength(2);
    expect(server.lines.join('\n')).not.toContain('hunter2');
  });

  it('is not tried where its claim is taken', async () => {
    const { units, server } = await unitsOn([[/'\/usr\/bin\/ls'/, () => [0, 'owner\n']]]);
    expect(await units.start('pg1', spec)).toBe('taken');
    expect(server.lines).toHaveLength(1);
  });

  it('is refused with what systemd said, when it did not start', async () => {
    const { units } = await unitsOn([
      [/'\/usr\/bin\/ls'/, () => none],
      [/systemd-run/, () => [1, '', 'Failed to start transient service unit: Access denied\n']],
    ]);
    expect((await thrownBy(units.start('pg1', spec))).message).toContain('Access denied');
  });

  it('that never took its claim is an error with what it said, and not ours', async () => {
    const { units } = await unitsOn(
      [
        [/'\/usr\/bin\/ls'/, () => none],
        [/\/owner'/, () => [1, '', 'No such file or directory']],
        [/journalctl/, () => [0, `${JSON.stringify({ __CURSOR: 'c', MESSAGE: 'mkdir: No space left on device' })}\n`]],
      ],
      hurried(),
    );
    const thrown = await thrownBy(units.start('pg1', spec));
    expect(thrown.message).toBe('the work was started on pg1 but took no claim: mkdir: No space left on device');
  });
});

describe('long work that should be ended', () => {
  it('is an error while one of its processes stays, and never called gone', async () => {
    const { units, server } = await unitsOn(
      [
        [/'\/usr\/bin\/ls'/, () => [0, 'owner\n']],
        [/'show'/, () => [0, 'ActiveState=failed\nControlGroup=/system.slice/trunkline-r1-copy.service\n']],
      ],
      hurried(),
    );
    const thrown = await thrownBy(units.kill('pg1', spec.claim));
    expect(thrown.message).toMatch(/^processes of the unit trunkline-r1-copy on pg1 are still there after KILL$/);
    expect(server.lines.some((line) => line.includes("'SIGKILL'"))).toBe(true);
  });

  it('is absent where nobody started it, and nothing is ended', async () => {
    const { units, server } = await unitsOn([[/'\/usr\/bin\/ls'/, () => none]]);
    expect(await units.kill('pg1', spec.claim)).toEqual({ state: 'absent' });
    expect(server.lines).toHaveLength(1);
  });
});
